"""One setting of the Gini lab: whose lists, how long, by which knob, judged on which people."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rectutor.analysis.exposure_lab import AS_IT_IS
from rectutor.widgets.gini_table import Exposures, Row
from rectutor.widgets.view import percent, say

__all__ = ["GiniState"]


@dataclass(frozen=True)
class GiniState:
    """Whose lists are looked at, and what was done to them."""

    all: Exposures = field(repr=False)
    model: int = 0  # place among the models
    k: int = 10  # length of the lists
    way: int = 0  # place among the knobs of decoding
    strength: int = 0  # place among the strengths of this knob, from 1; 0 leaves the model as it is
    on: int = 0  # place among the parts

    def __post_init__(self) -> None:
        if self.k not in self.all.ks:
            raise ValueError(f"k must be one of {list(self.all.ks)}, got {self.k}")
        most = {
            "model": len(self.all.models) - 1,
            "way": max(0, len(self.all.ways) - 1),
            "strength": self.most_strengths,
            "on": len(self.all.parts) - 1,
        }
        for name, last in most.items():
            if not 0 <= getattr(self, name) <= last:
                raise ValueError(f"{name} must be 0..{last}, got {getattr(self, name)}")

    @property
    def most_strengths(self) -> int:
        """Count the strengths of the knob that has most."""
        return max((len(strengths) for _, strengths in self.all.ways), default=0)

    @property
    def name(self) -> str:
        """The chosen model."""
        return self.all.models[self.model]

    @property
    def part(self) -> str:
        """The chosen people: those of validation or of test."""
        return self.all.parts[self.on]

    def setting(self) -> tuple[str, float]:
        """Return knob and strength; those of the model as it is where they were not measured.

        A strength beyond the last of its knob is the last.
        """
        if self.strength == 0 or not self.all.ways:
            return AS_IT_IS, 0.0
        way, strengths = self.all.ways[self.way]
        strength = strengths[min(self.strength, len(strengths)) - 1]
        known = (self.name, self.part, self.k, way, strength) in self.all.rows
        return (way, strength) if known else (AS_IT_IS, 0.0)

    def row(self) -> Row:
        """Return the numbers of this setting."""
        return self.all.row(self.name, self.part, self.k, *self.setting())

    def base(self) -> Row:
        """Return the numbers of the model as it is."""
        return self.all.row(self.name, self.part, self.k)

    def fall(self) -> float:
        """Return by how much Gini is lower than that of the model as it is."""
        return self.base()["Gini"] - self.row()["Gini"]

    def loses(self) -> bool:
        """Tell whether it hits less often than the model as it is, beyond noise."""
        return self.row()["change high"] < 0

    def trail(self) -> list[GiniState]:
        """Return the settings of this model and knob, the weakest first; none if not measured."""
        states = [replace(self, strength=i) for i in range(self.most_strengths + 1)]
        kept = {state.setting(): state for state in reversed(states)}
        return [kept[setting] for setting in dict.fromkeys(state.setting() for state in states)]

    def sentence(self) -> str:
        """Say the setting, its Gini and hits, and whom it shows."""
        row, (way, strength) = self.row(), self.setting()
        how = AS_IT_IS if way == AS_IT_IS else f"{way} {strength:g}"
        if self.strength and way == AS_IT_IS:
            how += " (this knob was not measured for it)"
        part = f", {self.part}" if len(self.all.parts) > 1 else ""
        hits = f"HR {say(row['HR'])} [{say(row['HR low'])}, {say(row['HR high'])}]"
        tops = f"the most popular tenth gets {percent(row['tenth 1'])} of the places"
        if self.all.interactions is not None:
            tops += f" and {percent(self.all.interactions['tenth 1'])} of the interactions"
        never = f"{percent(1 - row['coverage'])} of the items are never shown"
        return (
            f"{self.name}, {how}, lists of {self.k}{part}: Gini {row['Gini']:.2f}, {hits}"
            f"{self._change()}. {never}; {tops}."
        )

    def _change(self) -> str:
        """Say how hits and Gini differ from the model as it is."""
        if self.setting() == (AS_IT_IS, 0.0):
            return ""
        row = self.row()
        ends = f"[{row['change low']:+.3f}, {row['change high']:+.3f}]"
        verdict = "a loss" if self.loses() else "a gain" if row["change low"] > 0 else "noise"
        change = f"Gini {-self.fall():+.2f}, HR {row['change']:+.3f} {ends}"
        return f"; against as it is {change}: {verdict}"

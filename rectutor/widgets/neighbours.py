"""Neighbours: does similar text mean similar taste? One film's nearest films in two spaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import traitlets

from rectutor.charts.bundle import Twin
from rectutor.charts.nearest import SPACE_HUES, two_lists
from rectutor.widgets.neighbour_state import SHORTEST, Facts, NeighbourState, Space, overlap_of_all
from rectutor.widgets.view import Act, Explain, Missions, Predict, View, page_code, plain, say

__all__ = ["Neighbours"]

_STYLE = """
.rt .rt-finder { display: grid; grid-template-columns: 170px 300px; gap: 2px 14px; }
.rt .rt-finder > * { grid-column: 1; min-width: 0; margin: 0; }
.rt .rt-finder :is(input, select) { font: inherit; color: var(--rt-ink); padding: 3px 6px;
  background: var(--rt-ground); border: 1px solid var(--rt-soft); border-radius: 4px; }
.rt .rt-finder select { grid-area: 1 / 2 / span 4; align-self: start; padding: 0; }
.rt .rt-finder option { padding: 0 6px; }
.rt .rt-spaces { grid-template-columns: repeat(auto-fit, minmax(360px, 1fr)); padding: 2px; }
.rt .rt-spaces ol { list-style: none; margin: 0; padding: 0; }
.rt .rt-near { display: grid; grid-template: 22px 10px 40px / 1.5em minmax(0, 1fr) 2.6em;
  gap: 0 8px; height: 76px; margin: 0; border-inline-start: 4px solid transparent; }
.rt .rt-common { border-color: var(--rt-ink); background: var(--rt-panel); }
.rt .rt-near > :is(button, .rt-track) { grid-column: 2; }
.rt .rt-near .rt-track { height: 8px; box-shadow: 0 0 0 1px var(--rt-line); }
.rt .rt-near .rt-cosine { grid-area: 2 / 3; line-height: 8px; padding-inline-end: 6px; }
.rt .rt-near button { border: 0; padding: 0; background: none; font-weight: 600;
  white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.rt .rt-near button:hover { text-decoration: underline; }
.rt .rt-shared { grid-column: 2 / -1; font-size: 13px; line-height: 18px; margin-top: 2px; }
.rt :is(.rt-own, .rt-shared) { display: -webkit-box; -webkit-box-orient: vertical;
  -webkit-line-clamp: 2; overflow: hidden; }
.rt .rt-own { height: 2.9em; }
.rt:has(.rt-finder) .rt-sentence { min-height: calc(2.9em + 9px); } /* two lines and the border */
"""

_PAGE = r"""
const bare = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// A box whose letters narrow a list; arrow keys choose in the list, and lead there from the box.
KINDS.finder = ({ knob, titles }, api) => {
  const keys = titles.map(bare), id = `rt-${Math.random().toString(36).slice(2)}`;
  let drawn = -1;
  const show = () => {
    const words = bare(box.value).split(/\s+/);
    const fits = [...keys.keys()].filter((i) => words.every((word) => keys[i].includes(word)));
    list.replaceChildren(...fits.map((i) =>
      h("option", { value: i, title: titles[i] }, cut(titles[i], 36))));
    list.value = api.get(knob);
    count.textContent = fits.length ? `${fits.length} of ${titles.length} titles` : "no such title";
  };
  const clear = () => { box.value = ""; show(); };
  const choose = () => api.set(knob, Number(list.value));
  const onkeydown = (event) => {
    if (event.key === "Escape") clear();
    if (!["ArrowDown", "Enter"].includes(event.key) || !list.length) return;
    event.preventDefault();
    list.selectedIndex = Math.max(0, list.selectedIndex);
    choose();
    if (event.key === "ArrowDown") list.focus();
  };
  const box = h("input", { type: "search", id, oninput: show, onkeydown });
  const count = h("output", { for: id, class: "rt-before" });
  const list = h("select", { size: 6, "aria-label": "films", ...OWN_KEYS, onchange: choose });
  const node = h("div", { class: "rt-finder" }, h("label", { for: id }, "film"), box, count, list);
  const update = () => {
    if (drawn < 0) node.closest(".rt").querySelector("header button").onclick = clear;
    if (drawn === api.get(knob)) return;
    list.value = drawn = api.get(knob);
    if (list.selectedIndex < 0) clear();
  };
  return { node, update };
};

function nearRow({ page, set }, [item, cosine, shared], space, place, both) {
  const title = page.titles[item], words = page.phrases[shared] || "no fact in common";
  const mark = both ? [h("b", {}, "⇄ in both"), " · "] : [];
  return h("li", { class: both ? "rt-near rt-common" : "rt-near" },
    h("span", { class: "rt-number" }, String(place + 1)),
    h("button", { type: "button", "data-place": `${space} ${place}`,
      onclick: () => set("film", item) }, film(title, 36)),
    bar(cosine / 100, page.hues[space]),
    h("span", { class: "rt-number rt-cosine" }, (cosine / 100).toFixed(2)),
    h("div", { class: "rt-shared", title: words }, mark, words));
}

export default {
  render: (context) => mount(context, {
    frame: ({ page, get }) => {
      const at = get("film"), step = get("k") - page.ks[0];
      const parts = page.said[step][at].map((part) => page.phrases[part]);
      const goal = page.goals[step * page.titles.length + at] === 1;
      return { sentence: `${page.titles[at]}: ${parts.join("")}`, goal };
    },
    controls: ({ page }) => [
      { kind: "finder", knob: "film", titles: page.titles },
      { kind: "slider", knob: "k", label: "neighbours k", values: page.ks },
    ],
    draw: (api) => {
      const { page, stage, get } = api, at = get("film");
      const place = document.activeElement?.dataset?.place;
      const title = film(page.titles[at], 60), own = page.phrases[page.own[at]];
      const lists = page.near.map((space) => space[at].slice(0, get("k")));
      const rows = (space) => lists[space].map((row, i) => nearRow(api, row, space, i,
        lists[1 - space].some(([item]) => item === row[0])));
      stage.replaceChildren(h("p", { class: "rt-own", title: own }, h("b", {}, title), ` · ${own}`),
        h("div", { class: "rt-two rt-spaces" }, page.spaces.map((name, space) =>
          h("div", { style: { "min-height": `${30 + 76 * get("k")}px` } },
            h("h4", {}, `${name}: cosine`),
            h("ol", { "aria-label": `nearest ${name}, best first` }, rows(space)),
            lists[space].length ? null : h("p", {}, page.nothing[space])))));
      if (place) stage.querySelector(`[data-place="${place}"]`)?.focus({ preventScroll: true });
    },
  }),
};
"""


class Neighbours(View):
    """Choose a film and compare its nearest films by words with those by behaviour."""

    knobs = ("film", "k")
    _esm = page_code() + _PAGE
    _css = View._css + _STYLE
    film = traitlets.Int(0).tag(sync=True)
    k = traitlets.Int(5).tag(sync=True)

    def __init__(self, state: NeighbourState, *, missions: Missions | None = None) -> None:
        """Open at `state`; `missions` instead of the standard ones."""
        missions = missions or _missions(state)
        super().__init__(state, "Nearest neighbours", missions, _page(state, missions))

    @classmethod
    def from_vectors(
        cls,
        titles: Sequence[str],
        spaces: Mapping[str, np.ndarray],
        facts: Sequence[Sequence[tuple[str, str]]],
        *,
        start: str | int | None = None,
        k: int = 5,
        kind: str = "theme",
    ) -> Neighbours:
        """Open at the film `start`, or at one whose two lists differ much but not wholly.

        Args:
            titles: N of them, each its own.
            spaces: for two names such as "by words" the vectors [N, E] of any length; a row of
                zeros is a film without a vector.
            facts: for each film (kind, value) pairs, as in `("theme", "heists")`.
            start: a title or an index.
            k: neighbours in each list, 3..10.
            kind: of the facts that the sentence counts.

        Raises:
            ValueError: the parts do not fit together, no film is called `start`, or k is outside.
        """
        known = tuple(tuple((plain(a), plain(b)) for a, b in own) for own in facts)
        both = tuple(Space(plain(name), vectors) for name, vectors in spaces.items())
        clean = tuple(plain(title) for title in titles)
        state = NeighbourState(clean, both, Facts(known, kind), k=k)
        return cls(state.choose(_telling(state) if start is None else start))

    @traitlets.validate(*knobs)
    def _check(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def choose(self, film: str | int) -> None:
        """Go to a film by its title or index."""
        self.film = self.state.choose(film).film

    def twin(self) -> Twin:
        """Return both lists as bars, and as a table with what each film shares."""
        table, names = self.state.table(), [space.name for space in self.state.spaces]
        return Twin(two_lists(table, names, self.state.title, repr(self)), table)


def _page(state: NeighbourState, missions: Missions) -> dict[str, Any]:
    """Lay out all films once; a phrase that occurs often is written once."""
    seen: dict[str, int] = {}
    ks = list(range(SHORTEST, state.longest + 1))
    every = [[state.choose(i).with_k(k) for i in range(len(state.titles))] for k in ks]

    def at(words: str) -> int:
        return seen.setdefault(words, len(seen))

    def rows(film: NeighbourState, space: str) -> list[list[int]]:
        near = film.neighbours(space)
        return [[one.item, round(100 * one.cosine), at(one.shared)] for one in near]

    return {
        "titles": list(state.titles),
        "spaces": [space.name for space in state.spaces],
        "hues": list(SPACE_HUES),
        "nothing": [f"It has no vector {s.name}, so no neighbours here." for s in state.spaces],
        "ks": ks,
        "near": [[rows(film, space.name) for film in every[-1]] for space in state.spaces],
        "said": [[[at(part) for part in film.parts()] for film in films] for films in every],
        "own": [at(state.facts.words(item)) for item in range(len(state.titles))],
        "goals": [int(missions.act.goal(film)) for films in every for film in films],
        "phrases": list(seen),
    }


def _telling(state: NeighbourState) -> int:
    """Find a film with something, not all, in common, whose lists share facts most unlike."""
    films = [state.choose(item) for item in range(len(state.titles))]
    counts = [(0 < film.overlap() < film.k, np.ptp(film.sharing())) for film in films]
    return max(range(len(films)), key=lambda item: counts[item])


def _missions(state: NeighbourState) -> Missions:
    """Ask how much is common over all films, and for a film with much in common."""
    (one, other), k = (space.name for space in state.spaces), state.k
    share, chance, _ = overlap_of_all(state, k)
    longest = state.with_k(state.longest)
    counts = sorted(
        longest.choose(i).overlap() for i in range(len(state.titles)) if i != state.film
    )
    many = counts[-1 - len(counts) // 50]  # about one film in fifty has as many
    return Missions(
        Predict(
            f"Over all films: how many of the {k} nearest {one} are also nearest {other}?",
            ("Less than 2 %", "2 to 10 %", "10 to 30 %", "30 % or more"),
            int(np.searchsorted([0.02, 0.1, 0.3], share, side="right")),
            f"{say(100 * share)} % on average; by chance {say(100 * chance)} %.",
        ),
        Act(
            f"Find another film with {many} or more in both lists, at any k.",
            lambda s: s.film != state.film and s.overlap() >= many,
            "What do the two films share that words and behaviour both see?",
        ),
        Explain(
            "Which films do words bring together that behaviour keeps apart, and the reverse?",
            "Words say what a film is about; behaviour says who chooses it, and when. A film that "
            "nobody has chosen yet has only its words.",
        ),
    )

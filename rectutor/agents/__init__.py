"""Agents: a chat model, tools over the real parts of the project, and a record of every step."""

from __future__ import annotations

from rectutor.agents.react import react
from rectutor.agents.tools import Toolbox, tool
from rectutor.agents.trace import Answer, Observation, Step, Thought, Trace

__all__ = ["Answer", "Observation", "Step", "Thought", "Toolbox", "Trace", "react", "tool"]

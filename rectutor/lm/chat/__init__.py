"""Chat models: scripted, obedient, recorded, tiny, on this machine, and behind a server."""

from __future__ import annotations

from rectutor.lm.chat.budget import Budget, BudgetedChat
from rectutor.lm.chat.checked import CheckedChat
from rectutor.lm.chat.obedient import ObedientChat
from rectutor.lm.chat.opened import chat_model
from rectutor.lm.chat.recorded import RecordedChat
from rectutor.lm.chat.scripted import ScriptedChat
from rectutor.lm.chat.tiny import TinyChat

__all__ = [
    "Budget",
    "BudgetedChat",
    "CheckedChat",
    "ObedientChat",
    "RecordedChat",
    "ScriptedChat",
    "TinyChat",
    "chat_model",
]

"""One small tool and the conversations that the tests share."""

from rectutor.chat import Message, ToolCall, ToolSchema, user

LOOK = ToolSchema(
    "look",
    "Look up a film.",
    {
        "type": "object",
        "properties": {"title": {"type": "string"}, "year": {"type": "integer"}},
        "required": ["title"],
    },
)
ASKED = [user("Who made Heat?")]
HEAT = ToolCall("look", {"title": "Heat"})
SEEN = [*ASKED, Message("assistant", "", (HEAT,)), Message("tool", "Michael Mann")]

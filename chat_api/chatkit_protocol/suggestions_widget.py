"""Messages that a user may send next, as buttons."""

from collections.abc import Sequence

from chatkit.widgets import DynamicWidgetRoot


def suggestions_widget(suggestions: Sequence[str]) -> DynamicWidgetRoot:
    """Return a row of buttons, each of which has the client send its message."""
    buttons = [
        {
            "type": "Button",
            "label": text,
            "variant": "outline",
            "size": "sm",
            "pill": True,
            "onClickAction": {"type": "send", "payload": {"text": text}, "handler": "client"},
        }
        for text in suggestions
    ]
    return DynamicWidgetRoot.model_validate(
        {"type": "Basic", "direction": "row", "gap": 2, "children": buttons}
    )

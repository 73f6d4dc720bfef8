"""Finds in one line each, as the tables of these tests have them: kind, span, value."""

from collections.abc import Iterable
from datetime import date

from chat_api.assistant.entities import find
from chat_api.assistant.entity import Entity, Ordinals, Repeat, When

TODAY = date(2026, 11, 25)  # a Wednesday


def shown(text: str, sure: float = 0.5) -> tuple[str, ...]:
    """Return the finds of a text that are at least so sure."""
    return lines(text, (each for each in find(text, TODAY) if each.confidence >= sure))


def lines(text: str, entities: Iterable[Entity]) -> tuple[str, ...]:
    """Return entities as lines."""
    return tuple(f"{e.kind}|{text[e.start : e.end]}|{value(e)}" for e in entities)


def value(entity: Entity) -> str:
    """Return the value of a find."""
    match entity.value:
        case When(first, last, at):
            same = f"{first}" if first == last else f"{first or ''}..{last or ''}"
            parts = (same if first or last else "", f"{at:%H:%M}" if at else "")
            return " ".join(part for part in parts if part)
        case Repeat(rule, at, after):
            return rule + (f" @{at:%H:%M}" if at else "") + (" after" if after else "")
        case Ordinals(numbers) | tuple(numbers):
            return ",".join(map(str, numbers))
        case other:
            text = str(other)
            return text.replace(" days, 0:00:00", " days").replace(" day, 0:00:00", " day")

"""Values that a speaker corrects: of "tuesday, no, wednesday" the last one holds."""

from collections.abc import Iterable

from chat_api.assistant import words as w
from chat_api.assistant.entity import Entity, Kind, Value, When
from chat_api.assistant.text import Cursor, tokens_of

_KINDS: frozenset[Kind] = frozenset({"when", "repeat", "delay", "reminder", "priority"})
# What stands before the value that no longer holds: "friday instead of monday".
_DENIALS = (["not"], ["instead", "of"], ["rather", "than"])
_BESIDE_DENIED = {"but", "do", "on", "to"}
_MARKS = frozenset(",-–—…") | {""}
_LONGEST = 40


def repaired(found: Iterable[Entity], cursor: Cursor) -> list[Entity]:
    """Return the finds, of which a corrected one and its correction are one."""
    kept: list[Entity] = []
    for each in found:
        # The "that" of "no, make that six" is no task.
        place = len(kept) - 1
        while place > 0 and kept[place].kind == "pronoun":
            place -= 1
        before = kept[place] if kept else None
        value = _corrected(before, each, cursor) if before and each.kind in _KINDS else None
        if before and value is not None:
            start, sure = _denial(before, cursor), max(before.confidence, each.confidence)
            kept[place:] = [Entity(each.kind, start, each.end, value, sure)]
        else:
            kept.append(each)
    return kept


def _denial(entity: Entity, cursor: Cursor) -> int:
    """Return where a find begins with the "not" in front of it, as in "not friday, saturday"."""
    before = [token for token in cursor.tokens if token.start < entity.start and token.text]
    for words in _DENIALS:
        last = before[-len(words) :]
        if [token.text for token in last] == words:
            return last[0].start
    return entity.start


def _corrected(old: Entity, new: Entity, cursor: Cursor) -> Value | None:
    """Return what two finds mean together; None if neither corrects the other."""
    if old.kind != new.kind:
        return None
    gap = cursor.source[old.end : new.start]
    words = [token.text for token in tokens_of(gap[:_LONGEST]) if token.text not in _MARKS]
    if [word for word in words if word != "now"] in _DENIALS:
        return old.value
    between = set(words)
    denied = _denial(old, cursor) < old.start
    corrects = between & w.REPAIRS or denied
    others = between - w.REPAIRING - (_BESIDE_DENIED if denied else set())
    if not corrects or others or len(gap) > _LONGEST:
        return None
    if not (isinstance(old.value, When) and isinstance(new.value, When)):
        return new.value
    # "Friday at five, no, six" is still on Friday.
    days = new.value if new.value.first or new.value.last else old.value
    times = new.value if new.value.at else old.value
    return When(days.first, days.last, times.at, times.either_half)

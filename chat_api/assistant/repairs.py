"""Values that a speaker corrects: of "tuesday, no, wednesday" the last one holds."""

from collections.abc import Iterable
from dataclasses import replace

from chat_api.assistant import words as w
from chat_api.assistant.entity import Entity, Kind, Repeat, Value, When
from chat_api.assistant.repeats import without_days
from chat_api.assistant.text import Cursor, tokens_of

_KINDS: frozenset[Kind] = frozenset({"when", "repeat", "delay", "reminder", "priority"})
# What stands before the value that no longer holds: "friday instead of monday".
_DENIALS = (["not"], ["instead", "of"], ["rather", "than"])
_BESIDE_DENIED = {"but", "do", "on", "to"}
_EXCEPT = (["except"], ["excluding"])
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
        if left := _left_of_repeat(kept, each, cursor):
            kept.append(replace(each, value=left))
            continue
        value = _corrected(before, each, cursor) if before and each.kind in _KINDS else None
        if before and value is not None:
            start, sure = _denial(before, cursor), max(before.confidence, each.confidence)
            kept[place:] = [Entity(each.kind, start, each.end, value, sure)]
        else:
            kept.append(each)
    return kept


def _left_of_repeat(kept: Iterable[Entity], each: Entity, cursor: Cursor) -> Repeat | None:
    """Return the days that "except weekends" leaves of the repeat before it in the sentence."""
    before = [token.text for token in cursor.tokens if token.start < each.start and token.text]
    rules = [one.value for one in kept if isinstance(one.value, Repeat)]
    excepted = each.value
    if not rules or not isinstance(excepted, Repeat) or before[-1:] not in _EXCEPT:
        return None
    parts = without_days(_parts(rules[-1]), _parts(excepted).get("BYDAY", ""))
    rule = ";".join(f"{name}={value}" for name, value in (parts or {}).items())
    return replace(rules[-1], rule=rule) if rule else None


def _parts(repeat: Repeat) -> dict[str, str]:
    return dict(part.split("=") for part in repeat.rule.split(";"))


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

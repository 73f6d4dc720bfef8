"""Several new values in one order: "set task 1 to high priority, due monday"."""

from collections.abc import Callable
from dataclasses import replace

from chat_api.assistant import dates, filters
from chat_api.assistant.commands import Change, Commands, Named
from chat_api.assistant.lexicon import PATTERNS
from chat_api.assistant.sentence import Sentence

Read = Callable[[Sentence], Commands]


def without_last_value(clause: str) -> tuple[str, str]:
    """Split "and due monday" off the end of an order to change something; "" if it has none."""
    found = PATTERNS["value_behind"].fullmatch(clause)
    if not found or PATTERNS["lacks_at_end"].search(found["order"]):
        return clause, ""
    return PATTERNS["before_value"].sub("", found["order"]), found["value"]


def several(sentence: Sentence, read: Read) -> Commands:
    """Return the one change that an order and the values behind it make; none if they don't.

    `read` reads what is left of the order without its last value.
    """
    order, value = without_last_value(sentence.clause)
    if not value:
        return ()
    rest = replace(sentence, clause=order)
    match several(rest, read) or read(rest):
        case (Change() as change,) if change.targets and _may_follow(change):
            both = _with_value(change, value, sentence)
            return (both,) if both else ()
        case _:
            return ()


def _may_follow(change: Change) -> bool:
    """Whether values may follow: "change the oil, due friday" is no change of a task."""
    return not change.empty or not any(isinstance(target, Named) for target in change.targets)


def _with_value(change: Change, value: str, sentence: Sentence) -> Change | None:
    level = filters.level_of(value)
    if level:
        return None if change.priority else replace(change, priority=level)
    found = dates.only(PATTERNS["due_lead"].sub("", value), sentence.today)
    if not found or change.due_on or change.shift:
        return None
    return replace(change, due_on=found.days.last, when=found.said or change.when)

"""From a reading to commands: one short function for each kind of rule."""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from chat_api.assistant import dates, filters, slots, whens
from chat_api.assistant.commands import (
    EVERY_TAG,
    Add,
    ById,
    Change,
    Commands,
    Complete,
    Delete,
    Everything,
    Filter,
    It,
    Named,
    Reference,
    Remark,
    Say,
    Show,
    ShowMore,
    ShowTask,
    Undo,
)
from chat_api.assistant.intent import Reading, is_foreign
from chat_api.assistant.lexicon import PATTERNS
from chat_api.assistant.mentions import errand, offer, shortage
from chat_api.assistant.normalise import Masked, is_quoted
from chat_api.assistant.references import parse
from chat_api.assistant.sentence import Sentence
from chat_api.assistant.verbs import infinitive


def build(reading: Reading, sentence: Sentence) -> Commands:
    """Return the commands of a reading; none when its slots make no sense."""
    return _BUILDERS[reading.kind](reading, sentence)


def value_change(value: str, sentence: Sentence) -> Change | Complete:
    """Return what "change it to …" asks for: a date, a priority, a state, or else a title."""
    if not is_quoted(value):
        moved = _moved(value, sentence)
        if moved:
            return moved
        level = filters.level_of(value)
        if level:
            return Change((), priority=level)
        if PATTERNS["vague_value"].fullmatch(value):
            return Change(())
        if PATTERNS["done_value"].fullmatch(value):
            return Complete(())
        if PATTERNS["undone_value"].fullmatch(value):
            return Change((), completed=False)
    return Change((), title=slots.tidy(sentence.masked.reveal(value)))


def _moved(value: str, sentence: Sentence) -> Change | None:
    """Read a value as a day, a time, or a day with a time, if it is nothing else."""
    bare = value.removesuffix(" instead")
    found = dates.only(bare, sentence.today) or dates.only(f"until {bare}", sentence.today)
    if found:
        return Change((), due_on=found.days.last, when=found.said)
    return Change((), when=bare) if whens.is_when(bare) else None


def targets(text: str, sentence: Sentence) -> tuple[Reference, ...]:
    """Return the references in `text`, with their quotations revealed."""
    return tuple(_revealed(found, sentence.masked) for found in parse(text, sentence.today))


def _revealed(found: Reference, masked: Masked) -> Reference:
    match found:
        case Named(words, when):
            return Named(masked.reveal(words), masked.reveal(when))
        case Everything(wanted, spared):
            return Everything(wanted, tuple(_revealed(each, masked) for each in spared))
        case _:
            return found


def _add(reading: Reading, sentence: Sentence) -> Commands:
    title = reading.slot("title")
    if PATTERNS["sum"].fullmatch(title):
        return ()
    before, _, after = sentence.clause.partition(title)
    made = slots.new_tasks(
        title,
        sentence.masked,
        sentence.today,
        one=bool(PATTERNS["one_noun"].search(before)),
        mark=reading.slot("mark"),
        when=_when(reading, before, after, sentence),
    )
    adds = tuple(add for add in made if add.title) or made[:1]
    # "… on the list for tomorrow"
    days = dates.mentioned(after, sentence.today)
    return slots.due_by(adds, days.last if days else None)


def _headed(reading: Reading, sentence: Sentence) -> Commands:
    """Add what stands below a heading; what the heading says is said of all."""
    title, said = reading.slot("title"), reading.slot("values")
    if ";" not in title:
        title = PATTERNS["in_a_row"].sub("; ", title)
    heading, _, _ = sentence.clause.partition(":")
    made = slots.new_tasks(title, sentence.masked, sentence.today, one=False)
    of_all = slots.new_tasks(f"x {said}", sentence.masked, sentence.today, one=True)[0]
    days = dates.mentioned(heading, sentence.today)
    return tuple(
        replace(
            add,
            due_on=add.due_on or (days.last if days else None),
            priority=add.priority or of_all.priority,
            tags=tuple(dict.fromkeys((*add.tags, *of_all.tags))),
        )
        for add in made
        if add.title
    )


def _when(reading: Reading, before: str, after: str, sentence: Sentence) -> whens.When | None:
    """Return when to be reminded, as said in front of a title; None if it is no reminder."""
    if not PATTERNS["reminding"].search(f"{before} . {after}"):
        return None
    return whens.asked(before, reading.slot("when"), sentence.today)


def _remind(reading: Reading, sentence: Sentence) -> Commands:
    made = _add(reading, sentence)
    match made:
        case (Add("") as add,):
            return _duty(add, sentence) or made
        case _:
            return made


def _duty(add: Add, sentence: Sentence) -> Commands:
    """Take the title from the clause before: "I have to pay rent, remind me at noon"."""
    told = PATTERNS["duty"].match(sentence.clause)
    if not told:
        return ()
    made = slots.new_tasks(told["duty"], sentence.masked, sentence.today, one=False)
    return slots.due_by(tuple(slots.described(each, add.description) for each in made), add.due_on)


def _show(_: Reading, sentence: Sentence) -> Commands:
    return (Show(filters.filter_of(sentence.clause, sentence.today)),)


def _show_one(reading: Reading, sentence: Sentence) -> Commands:
    found = targets(reading.slot("ref"), sentence)
    return tuple(ShowTask(each.task_id) for each in found if isinstance(each, ById))


def _check(reading: Reading, sentence: Sentence) -> Commands:
    title = reading.slot("title")
    if PATTERNS["anything"].fullmatch(title):
        return _show(reading, sentence)
    words = PATTERNS["check_lead"].sub("", title, count=1).strip() or title
    return (Show(Filter(query=sentence.masked.reveal(words)), check=True),)


def _facts(reading: Reading, sentence: Sentence) -> Commands:
    """Answer a question about one task; "have I paid the rent?" is about "pay rent"."""
    verb = infinitive(reading.slot("verb"))
    if PATTERNS["no_facts"].search(reading.slot("title")) or is_foreign(sentence.clause):
        return ()
    told = f"{verb} {reading.slot('part')}".strip() if verb not in _ANY_CHORE else ""
    words = f"{told} {reading.slot('title')}".strip()
    return (Show(Filter(query=sentence.masked.reveal(words)), check=True, facts=True),)


def _complete(reading: Reading, sentence: Sentence) -> Commands:
    named = PATTERNS["done_between"].sub("", reading.slot("ref"))
    return (Complete(targets(named, sentence)),)


def _did(reading: Reading, sentence: Sentence) -> Commands:
    """Read "I paid the rent" as "pay rent", which tells it from "call about the rent"."""
    verb = infinitive(reading.slot("verb"))
    before = f"{verb} {reading.slot('part')}".strip() if verb not in _ANY_CHORE else ""
    meant = targets(reading.slot("ref"), sentence)
    named = tuple(
        replace(each, words=f"{before} {each.words}".strip()) if isinstance(each, Named) else each
        for each in meant
    )
    return (Complete(named),) if named else ()


def _delete(reading: Reading, sentence: Sentence) -> Commands:
    return (Delete(targets(reading.slot("ref"), sentence)),)


def _reopen(reading: Reading, sentence: Sentence) -> Commands:
    return (Change(targets(reading.slot("ref"), sentence), completed=False),)


def _change(reading: Reading, sentence: Sentence) -> Commands:
    change = value_change(reading.slot("value"), sentence)
    return (replace(change, targets=_or_it(reading, sentence)),)


def _change_what(reading: Reading, sentence: Sentence) -> Commands:
    return (Change(targets(reading.slot("ref"), sentence)),)


def _due(reading: Reading, sentence: Sentence) -> Commands:
    moved = _moved(reading.slot("value"), sentence)
    if not moved or (moved.due_on is None and _in_calendar(sentence.clause)):
        return ()
    meant = _or_it(reading, sentence)
    if moved.due_on is None and any(isinstance(each, Everything) for each in meant):
        return ()  # "push everything on tuesday to wednesday" sets no time
    return (replace(moved, targets=meant),)


def _in_calendar(clause: str) -> bool:
    """Whether what has a time, as "the meeting with tom", is an appointment and no task."""
    named = PATTERNS["appointment"].search(clause)
    return named is not None and not PATTERNS["task_words"].search(clause)


def _later(reading: Reading, sentence: Sentence) -> Commands:
    shift = dates.span(reading.slot("value"), back=reading.kind == "sooner")
    return (Change(_or_it(reading, sentence), shift=shift),) if shift else ()


def _clear_due(reading: Reading, sentence: Sentence) -> Commands:
    return (Change(_or_it(reading, sentence), due_on="none"),)


def _priority(reading: Reading, sentence: Sentence) -> Commands:
    level = filters.level_of(reading.slot("value"))
    return (Change(_or_it(reading, sentence), priority=level),) if level else ()


def _tag(reading: Reading, sentence: Sentence) -> Commands:
    said = sentence.masked.reveal(reading.slot("value"))
    tags = tuple(PATTERNS["one_tag"].findall(said.casefold()))
    return (Change(_or_it(reading, sentence), add_tags=tags),) if tags else ()


def _untag(reading: Reading, sentence: Sentence) -> Commands:
    tag = reading.slot("value").casefold() or EVERY_TAG
    return (Change(_or_it(reading, sentence), drop_tag=tag),)


def _clear_priority(reading: Reading, sentence: Sentence) -> Commands:
    return (Change(_or_it(reading, sentence), priority="none"),)


def _clear_note(reading: Reading, sentence: Sentence) -> Commands:
    return (Change(_or_it(reading, sentence), description=""),)


def _describe(reading: Reading, sentence: Sentence) -> Commands:
    text = sentence.masked.reveal(reading.slot("value"))
    anew = PATTERNS["anew"].match(sentence.clause)
    change = Change((), description=text) if anew else Change((), note=text)
    return (replace(change, targets=targets(reading.slot("ref"), sentence)),)


def _or_it(reading: Reading, sentence: Sentence) -> tuple[Reference, ...]:
    text = reading.slot("ref")
    return targets(text, sentence) if text else (It(),)


def _say(reading: Reading, _: Sentence) -> Commands:
    return (Say(_REMARKS[reading.kind]),)


_ANY_CHORE = {"", "do", "finish", "make", "buy", "get", "pick"}
_REMARKS: dict[str, Remark] = {remark: remark for remark in get_args(Remark)}
_BUILDERS: dict[str, Callable[[Reading, Sentence], Commands]] = {
    "add": _add,
    "headed": _headed,
    "add_what": lambda _, __: (Add(),),
    "remind": _remind,
    "show": _show,
    "show_one": _show_one,
    "check": _check,
    "facts": _facts,
    "more": lambda _, __: (ShowMore(),),
    "complete": _complete,
    "did": _did,
    "delete": _delete,
    "complete_what": lambda _, __: (Complete(()),),
    "delete_what": lambda _, __: (Delete(()),),
    "change_any": lambda _, __: (Change(()),),
    "reopen": _reopen,
    "change": _change,
    "change_what": _change_what,
    "due": _due,
    "later": _later,
    "sooner": _later,
    "clear_due": _clear_due,
    "priority": _priority,
    "tag": _tag,
    "untag": _untag,
    "clear_priority": _clear_priority,
    "clear_note": _clear_note,
    "describe": _describe,
    "undo": lambda _, __: (Undo(),),
    "offer": offer,
    "errand": errand,
    "shortage": shortage,
    **dict.fromkeys(_REMARKS, _say),
}

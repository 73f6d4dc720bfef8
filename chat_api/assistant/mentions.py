"""Things to do that are mentioned, and offered to be noted."""

from dataclasses import replace

from chat_api.assistant import dates, slots
from chat_api.assistant.commands import Add, Commands, Offer
from chat_api.assistant.intent import Reading
from chat_api.assistant.lexicon import LEXICON, PATTERNS
from chat_api.assistant.sentence import Sentence

_JOTTED = ("goods", "dated", "numbered", "things", "lined")


def offer(reading: Reading, sentence: Sentence) -> Commands:
    """Offer to note a chore: "I need to call the bank"."""
    title = reading.slot("title")
    verb = title.split(maxsplit=1)[0].casefold() if title else ""
    if PATTERNS["not_chores"].fullmatch(title) or verb not in LEXICON.words["chores"]:
        return ()
    adds = _jotted(title, sentence, one=";" not in title)
    return (Offer(adds),) if adds else ()


def shortage(reading: Reading, sentence: Sentence) -> Commands:
    """Offer to note what has run out: "we're out of milk"."""
    if PATTERNS["foreign"].search(sentence.clause) or PATTERNS["no_goods"].search(sentence.clause):
        return ()
    return (Offer((Add(slots.tidy(f"Buy {reading.slot('title')}")),)),)


def errand(reading: Reading, sentence: Sentence) -> Commands:
    """Offer to note a chore, or what is jotted down: "buy milk", "dentist thursday 14:30"."""
    needed = PATTERNS["need"].fullmatch(sentence.clause)
    if needed:
        return offer(replace(reading, slots=needed.groupdict()), sentence)
    errand = sentence.clause.partition(" ")[0].casefold() in LEXICON.words["errands"]
    clause = sentence.clause if errand else PATTERNS["doable"].sub("", sentence.clause)
    if PATTERNS["foreign"].search(clause):
        return ()
    return offer(reading, sentence) if errand else _note(sentence)


def _note(sentence: Sentence) -> Commands:
    """Read a mere note: a list of things, or something with its day or time."""
    if sentence.clause.partition(" ")[0].casefold() in LEXICON.words["asked"]:
        return ()
    found = PATTERNS["jotted"].fullmatch(sentence.clause)
    if not found:
        return _dated_note(sentence)
    text = next(filter(None, (found[name] for name in _JOTTED)))
    adds = _jotted(PATTERNS["number_in_list"].sub(", ", text), sentence, one=False)
    day = dates.whole(found["day"] or "", sentence.today)
    return (Offer(slots.due_by(adds, day.last if day else None)),) if adds else ()


def _dated_note(sentence: Sentence) -> Commands:
    """Read "dentist thursday 14:30", and a chore with a date; "so tired today" is no note."""
    verb = sentence.clause.partition(" ")[0].casefold()
    adds = _jotted(sentence.clause, sentence, one=True)
    if not adds or PATTERNS["task_words"].search(sentence.clause):
        return ()
    chatty = PATTERNS["chatty_day"].search(sentence.clause)
    timed = PATTERNS["any_clock"].search(sentence.clause) or (adds[0].due_on and not chatty)
    chore = verb in LEXICON.words["chores"] and (adds[0].due_on or adds[0].priority)
    fits = (timed or chore) and PATTERNS["dated_note"].fullmatch(adds[0].title)
    return (Offer(adds),) if fits else ()


def _jotted(text: str, sentence: Sentence, *, one: bool) -> tuple[Add, ...]:
    made = slots.new_tasks(text, sentence.masked, sentence.today, one=one)
    return tuple(add for add in made if add.title)

"""A message, as the commands in it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from chat_api.assistant.build import build, targets
from chat_api.assistant.classifier import likely_act
from chat_api.assistant.clauses import clauses
from chat_api.assistant.commands import (
    Add,
    Change,
    Command,
    Commands,
    Complete,
    Delete,
    It,
    Offer,
    Say,
    Them,
    Unread,
    is_whole,
)
from chat_api.assistant.guess import by_verb, guess
from chat_api.assistant.intent import readings
from chat_api.assistant.lexicon import LEXICON, PATTERNS, REMEMBERED
from chat_api.assistant.normalise import LONGEST, Masked, clean, is_quoted, mask, mended, plain
from chat_api.assistant.reasons import reasoned
from chat_api.assistant.repairs import repair_in, repaired
from chat_api.assistant.sentence import Sentence
from chat_api.assistant.slots import new_tasks
from chat_api.assistant.values import several

_LIKELY = 0.5
"""How likely an intent has to be for an order beside others, which no pattern fits, to have it."""


def understand(text: str, today: date) -> Commands:
    """Return what `text` asks for, in order; at least one command, which may be a `Say`."""
    if len(text) > LONGEST:
        return (Say("long"),)
    masked = masked_message(text)
    return _repaired(masked, today) or _understood(masked, today)


def _repaired(masked: Masked, today: date) -> Commands:
    found = repair_in(masked.text)
    if not found:
        return ()
    before, after = (
        _understood(replace(masked, text=half), today) for half in (found.before, found.after)
    )
    new = Sentence(plain(found.after), masked, today)
    return repaired(_orders(before), after, new, sure=found.sure)


def _understood(masked: Masked, today: date) -> Commands:
    because = reasoned(masked, today)
    if because:
        return because
    parts = clauses(masked.text)
    found = _in_clauses(parts, masked, today)
    asked = _orders(found)
    if asked and len(parts) > 1:
        left_out = tuple(each for each in found if isinstance(each, Unread))
        return (*_all_asked(asked, parts, masked, today), *left_out)
    return _all_asked(asked, parts, masked, today) or found[:1] or (Say("beyond"),)


def _all_asked(asked: Commands, parts: tuple[str, ...], masked: Masked, today: date) -> Commands:
    """Return the orders of a message with what one clause says of another."""
    if Add() in asked or (asked and all(map(_leans, asked))):
        # "I'm out of milk, so add it": what is meant stands in the other clause.
        together = _orders(_in_clauses((plain(masked.text),), masked, today))
        apart = asked if any(map(_leans, together)) else together or asked
        asked = _lent(apart, Sentence(parts[0], masked, today)) if len(parts) > 1 else apart
    return _told(asked, parts, masked, today)


def _lent(asked: Commands, before: Sentence) -> Commands:
    """Give "add them" and "take it off" what the clause before them was about."""
    about = PATTERNS["mention"].fullmatch(before.clause)
    if not about or not all(map(_leans, asked)):
        return asked
    if not PATTERNS["task_words"].search(before.masked.text) and _is_others(asked, before.clause):
        return (Say("beyond"),)
    words = next(filter(None, about.groups()))
    return tuple(each for command in asked for each in _about(command, words, before))


def _is_others(asked: Commands, clause: str) -> bool:
    """Whether what is to go is what other assistants keep: "my card was lost, cancel it"."""
    gone = all(isinstance(each, Delete) for each in asked)
    return gone and bool(PATTERNS["foreign"].search(clause))


def _told(asked: Commands, parts: tuple[str, ...], masked: Masked, today: date) -> Commands:
    """Let "pay rent isn't that important, make it low priority" be about the rent."""
    about = PATTERNS["trait"].fullmatch(parts[0]) if len(parts) == 2 else None
    match asked:
        case (Change((It(),)) as change,) if about:
            meant = targets(about["ref"], Sentence(parts[0], masked, today))
            return (replace(change, targets=meant or change.targets),)
        case _:
            return asked


def _about(command: Command, words: str, before: Sentence) -> Commands:
    match command:
        case Add():
            return new_tasks(words, before.masked, before.today, one=False)
        case Complete() | Delete():
            return (replace(command, targets=targets(words, before)),)
        case _:
            return (command,)


def _orders(found: Commands) -> Commands:
    """Leave out remarks, and "change my list" where what follows says how."""
    orders = tuple(command for command in found if not isinstance(command, Say | Offer | Unread))
    telling = tuple(each for each in orders if not (isinstance(each, Change) and each.empty))
    return telling or orders


def _leans(command: Command) -> bool:
    """Whether a command names nothing by itself: "add it", "take them off"."""
    match command:
        case Add(""):
            return True
        case Complete((It() | Them(),)) | Delete((It() | Them(),)):
            return True
        case _:
            return False


def _in_clauses(parts: tuple[str, ...], masked: Masked, today: date) -> Commands:
    read = _one_of_several if len(parts) > 1 else _read
    found = (read(Sentence(part, masked, today)) for part in parts)
    return tuple(_without_echoes(command for commands in found for command in commands))


@lru_cache(REMEMBERED)
def masked_message(text: str) -> Masked:
    """Return a message with its quotations hidden.

    A message that is one quotation from end to end is meant as if it had no quotes.
    """
    masked = mask(clean(text[:LONGEST]))
    if is_quoted(masked.text):
        return mask(masked.quotes[0])
    joined = PATTERNS["exception_apart"].sub(" ", masked.text)
    first = PATTERNS["exception_first"].fullmatch(joined.strip(" .!"))
    return replace(masked, text=f"{first['order']} except {first['spared']}" if first else joined)


def plain_message(text: str) -> str:
    """Return a whole message as the patterns and the classifier read it."""
    return plain(masked_message(text).text)


def _read(sentence: Sentence) -> Commands:
    """Read a clause; typing errors are corrected only when it makes no sense as it stands."""
    commands = _first(sentence)
    if commands and commands != (Say("unsure"),):
        return commands
    better = mended(sentence.clause)
    if better == sentence.clause:
        return commands
    corrected = _first(Sentence(better, sentence.masked, sentence.today))
    return corrected or commands


def _one_of_several(sentence: Sentence) -> Commands:
    """Read one of the clauses of a message; an order that no pattern fits is guessed, or told."""
    commands = _read(sentence)
    verb = sentence.clause.partition(" ")[0].casefold()
    if _orders(commands) or verb not in LEXICON.words["plain_orders"]:
        return commands
    likeliest, chance = likely_act(sentence.clause)
    tries = (guess(likeliest, sentence), by_verb(likeliest, sentence)) if chance >= _LIKELY else ()
    guessed = (made for made in tries if made and all(map(is_whole, made)))
    return next(guessed, (*commands, Unread(sentence.clause)))


def _first(sentence: Sentence) -> Commands:
    return several(sentence, _likeliest) or _likeliest(sentence)


def _likeliest(sentence: Sentence) -> Commands:
    built = (build(reading, sentence) for reading in readings(sentence.clause))
    return next((commands for commands in built if commands), ())


def _without_echoes(commands: Iterator[Command]) -> Iterator[Command]:
    """Drop "cross that off" behind "I finished the report": it asks for the same again.

    So does "I finished it" behind "take the report off my list".
    """
    last: Command | None = None
    for command in commands:
        points = isinstance(command, Complete | Delete) and command.targets in {(), (It(),)}
        if points and (isinstance(last, Delete) or type(command) is type(last)):
            continue
        last = command
        yield command

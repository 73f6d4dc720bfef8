"""Orders that are not meant as they are worded: asked about, thought of, told of, or to wait."""

from dataclasses import replace

from chat_api.assistant.commands import (
    Change,
    Command,
    Commands,
    Complete,
    Delete,
    Filter,
    Named,
    Say,
    Show,
)
from chat_api.assistant.filters import filter_of
from chat_api.assistant.lexicon import LEXICON, PATTERNS
from chat_api.assistant.sentence import Sentence


def with_care(found: Commands, sentence: Sentence) -> Commands:
    """Return what is to be done of the orders that a message was read as."""
    clause, said = sentence.clause, sentence.masked.text
    if _is_unmeant(found, clause, said):
        return (Say("unsure"),)
    if PATTERNS["conditional"].fullmatch(clause) and not any(map(_is_timed, found)):
        return (Say("condition"),)
    if PATTERNS["asks_due"].match(said):
        return (Show(filter_of(said, sentence.today)),)
    if PATTERNS["only_meant"].match(said) or PATTERNS["asks_leave"].match(said):
        return tuple(map(_asked, found))
    return _as_question(found, said)


def _is_unmeant(found: Commands, clause: str, said: str) -> bool:
    """Whether tasks are not done after all, or a change is only thought of or asked about."""
    if all(isinstance(command, Complete) for command in found):
        return bool(PATTERNS["not_done"].fullmatch(clause))
    changes = any(isinstance(command, Change) for command in found)
    if PATTERNS["only_meant"].match(said):
        return changes or bool(PATTERNS["only_thought"].match(said))
    return changes and bool(PATTERNS["asks_advice"].match(said))


def _asked(command: Command) -> Command:
    """Note that a yes is wanted before a task is completed or deleted."""
    return replace(command, asked=True) if isinstance(command, Complete | Delete) else command


def _is_timed(command: Command) -> bool:
    """Whether a condition may be the time that a reminder is moved to."""
    return isinstance(command, Change) and bool(command.when or command.note or command.title)


def _as_question(found: Commands, said: str) -> Commands:
    """Answer "the tap is fixed?" instead of ticking it off."""
    verb = said.partition(" ")[0].casefold()
    told = verb not in LEXICON.words["plain_orders"] and PATTERNS["told_to_be_asked"].match(said)
    match found:
        case (Complete((Named(words),)),) if told:
            return (Show(Filter(query=words), check=True, facts=True),)
        case _:
            return found

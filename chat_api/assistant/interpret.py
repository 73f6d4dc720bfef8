"""A message by itself, as commands: the sentence patterns and the classifier together."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from chat_api.assistant.about import about
from chat_api.assistant.build import build
from chat_api.assistant.care import with_care
from chat_api.assistant.classifier import probabilities
from chat_api.assistant.commands import (
    Add,
    Change,
    Command,
    Commands,
    Complete,
    Delete,
    Everything,
    Filter,
    Intent,
    Offer,
    Say,
    ShowMore,
    ShowTask,
    Undo,
    intent_of,
)
from chat_api.assistant.guess import guess
from chat_api.assistant.intent import is_foreign, readings
from chat_api.assistant.lexicon import LEXICON, PATTERNS
from chat_api.assistant.normalise import LONGEST
from chat_api.assistant.sentence import Sentence
from chat_api.assistant.slots import new_tasks
from chat_api.assistant.understand import masked_message, plain_message, understand

_LIKELY = 0.6
"""How likely it has to be that nothing is asked for, for an order of the patterns to be dropped."""
_SURE = 0.8
"""How likely another intent has to be where they found none, or the words are those of tasks."""
_SURER = 0.9
"""How likely another intent has to be than that of an order that they found."""


def interpret(text: str, today: date) -> Commands:
    """Return what `text` asks for, in order; at least one command, which may be a `Say`.

    Where the classifier is sure of another intent than the patterns found, its intent counts, if
    the message can be read like that at all; nothing is done where it sees no order.
    """
    if len(text) > LONGEST:
        return understand(text, today)
    verb = plain_message(text).partition(" ")[0].casefold()
    if verb in LEXICON.words["plain_orders"] and "everything" not in text.casefold():
        text = PATTERNS["not_this_one"].sub("", text)
    if PATTERNS["reminisces"].match(text):
        return (Say("beyond"),)
    sentence = Sentence(plain_message(text), masked_message(text), today)
    if PATTERNS["remind_other"].fullmatch(sentence.clause):
        return new_tasks(sentence.clause, sentence.masked, today, one=True)
    found = _interpreted(understand(text, today), sentence)
    if all(isinstance(each, Complete | Delete | Change) for each in found):
        return with_care(found, sentence)
    if not PATTERNS["unless_there"].search(sentence.clause):
        return found
    return tuple(map(_conditional, found))


def _interpreted(found: Commands, sentence: Sentence) -> Commands:
    if len({*map(type, found)} - {Say, Offer}) > 1:
        return tuple(about(command, sentence, alone=False) for command in found)
    likely = _likely(sentence.clause, found)
    if likely is None or any(_stands(command, likely, sentence.clause) for command in found):
        return tuple(about(command, sentence, alone=len(found) == 1) for command in found)
    if likely == "none":
        adds = tuple(each for each in found if isinstance(each, Add) and each.title)
        is_meeting = adds == found and PATTERNS["appointment"].search(sentence.clause)
        return (Offer(adds),) if is_meeting else (Say("beyond"),)
    return next(_readings(likely, sentence), None) or guess(likely, sentence) or found


def _conditional(command: Command) -> Command:
    """Note that something is to be added only "if it isn't there yet"."""
    if not isinstance(command, Add):
        return command
    title = PATTERNS["unless_there"].sub("", command.title)
    if not title or PATTERNS["unless_there"].search(command.description):
        command = replace(command, description="")
    return replace(command, title=title or command.title, unless_there=True)


def _likely(clause: str, found: Commands) -> Intent | None:
    """Return the intent that the classifier is sure enough of to overrule the patterns."""
    chances = probabilities(clause)
    best = max(chances, key=lambda intent: chances[intent])
    orders = {intent_of(command) for command in found} - {"none"}
    if best == "none":
        kept = bool(PATTERNS["asks_plainly"].fullmatch(clause))
    else:
        untrue = best == "complete" and PATTERNS["not_done"].fullmatch(clause)
        adds = best == "add" and chances[best] >= _SURER and PATTERNS["adds_plainly"].match(clause)
        others = PATTERNS["others_list"].search(clause)
        kept = bool(untrue or others) or (is_foreign(clause) and not adds)
    if best == "none":
        on_tasks = orders != {"list"} and PATTERNS["task_words"].search(clause)
        needed = _SURE if on_tasks else _LIKELY
    else:
        needed = _SURER if orders else _SURE
    return None if kept or chances[best] < needed else best


def _stands(command: Command, likely: Intent, clause: str) -> bool:
    """Whether a command is what the classifier expects, or says what only patterns can tell."""
    match command:
        case Undo() | ShowMore() | ShowTask():
            return True
        case Complete((Everything(wanted=Filter(traits=(_, *_))),)) | Delete(
            (Everything(wanted=Filter(traits=(_, *_))),)
        ):
            return True
        case Change() if not command.empty and PATTERNS["names_a_field"].search(clause):
            return True
        case Say(remark):
            return remark not in {"unsure", "beyond", "create_list"} or _agrees(likely, command)
        case _:
            return _agrees(likely, command)


def _agrees(intent: Intent, command: Command) -> bool:
    return intent_of(command) == intent or (isinstance(command, Offer) and intent == "add")


def _readings(intent: Intent, sentence: Sentence) -> Iterator[Commands]:
    """Yield what the patterns that fit the whole sentence make of it, if it has that intent."""
    for reading in readings(sentence.clause):
        commands = build(reading, sentence)
        if commands and all(_agrees(intent, each) for each in commands):
            yield commands

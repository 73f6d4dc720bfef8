"""Which task a command is about, where a sentence pattern took in too many words, or too few."""

from dataclasses import replace

from chat_api.assistant import slots, whens
from chat_api.assistant.build import targets
from chat_api.assistant.commands import (
    Add,
    Change,
    Command,
    Complete,
    Delete,
    It,
    Named,
    Reference,
    intent_of,
)
from chat_api.assistant.lexicon import LEXICON, PATTERNS
from chat_api.assistant.sentence import Sentence
from chat_api.assistant.spans import LIKELY, Span, likeliest_span

_PLACE = "\0"
_HARDLY, _SURE = 0.03, 0.8
"""Below the one chance of a span no task is named; from the other on no other words are."""


def about(command: Command, sentence: Sentence, *, alone: bool) -> Command:
    """Return a command with just the words that name its task.

    "We picked up the dog food already, mark it" is about the dog food, and "delete that for me"
    about nothing that it names. Where a command is not `alone` in its sentence, "it" may be what
    another one named.
    """
    if sentence.masked.quotes or not isinstance(command, Add | Complete | Delete | Change):
        return command
    if not alone and getattr(command, "targets", None) in {(), (It(),)}:
        return command
    span = likeliest_span(sentence.clause, intent_of(command))
    return command if span is None else _fitted(command, span, sentence)


def _fitted(command: Command, span: Span, sentence: Sentence) -> Command:
    match command:
        case Add(title) if title:
            return _titled(command, span, sentence)
        case Complete(() | (It(),)) | Delete(() | (It(),)):
            meant = _named(span, sentence) if span.chance >= _SURE else _spoken_of(sentence)
            return replace(command, targets=meant or command.targets)
        case Change((It(),)):
            return replace(command, targets=_spoken_of(sentence) or command.targets)
        case Complete((Named() as target,)) | Delete((Named() as target,)):
            unnamed = span.chance < _HARDLY and target.words in sentence.clause
            meant = () if unnamed else _without_more(target, span, sentence)
            return replace(command, targets=meant)
        case Change((Named() as target,)):
            return replace(command, targets=_without_more(target, span, sentence))
        case _:
            return command


def _spoken_of(sentence: Sentence) -> tuple[Reference, ...]:
    """Return what "it" stands for, where another clause of the sentence names it."""
    found = PATTERNS["spoken_of"].fullmatch(sentence.clause)
    meant = targets(found["named"], sentence) if found else ()
    return meant if all(isinstance(each, Named) for each in meant) else ()


def _titled(add: Add, span: Span, sentence: Sentence) -> Add:
    """Return a new task without the words in its title that say nothing.

    What stands behind the title, and is no day or time, becomes the description.
    """
    named = slots.tidy(span.of(sentence.clause))
    if not named:
        return add
    before, found, behind = add.title.casefold().partition(named.casefold())
    if not found or not PATTERNS["nothing_before"].fullmatch(before):
        return add
    if PATTERNS["nothing_behind"].fullmatch(behind):
        return replace(add, title=named) if span.chance >= LIKELY else add
    note = add.title[len(before) + len(found) :].strip(" ,;:-")
    _, when = whens.apart(add.title, sentence.today)
    if span.chance < _SURE or when or add.description or not PATTERNS["apart"].match(behind):
        return add
    return slots.described(replace(add, title=named), slots.tidy(note))


def _without_more(target: Named, span: Span, sentence: Sentence) -> tuple[Reference, ...]:
    """Return what is named, without words around it that name nothing.

    A day or a time among them stays: it may stand in the title, or tell a task from another.
    """
    bare, _ = whens.apart(target.words, sentence.today)
    named = span.of(sentence.clause)
    if span.chance < _SURE or target.words not in sentence.clause or named not in bare:
        return (target,)
    if _names_more(bare, named):
        return (target,)
    less = _named(span, sentence) if named != bare else ()
    return tuple(_at(each, target.when) for each in less) or (target,)


def _names_more(words: str, named: str) -> bool:
    """Whether words hold another name beside one: "milk, mom and rent" are three."""
    return any(
        _PLACE not in each
        and each.partition(" ")[0].casefold() not in LEXICON.words["openers"]
        and not PATTERNS["pronoun"].search(each)
        and not PATTERNS["nothing_before"].fullmatch(each)
        for each in PATTERNS["reference_joint"].split(words.replace(named, _PLACE, 1))
    )


def _named(span: Span, sentence: Sentence) -> tuple[Reference, ...]:
    return targets(span.of(sentence.clause), sentence)


def _at(reference: Reference, when: str) -> Reference:
    return replace(reference, when=when) if isinstance(reference, Named) else reference

"""Which tasks a few words point at: numbers, pronouns, ordinals, names."""

import re
from dataclasses import replace
from datetime import date

from chat_api.assistant import whens
from chat_api.assistant.commands import (
    ById,
    Everything,
    It,
    Named,
    Nth,
    Reference,
    Them,
)
from chat_api.assistant.filters import filter_of
from chat_api.assistant.lexicon import LEXICON, PATTERNS
from chat_api.assistant.traits import traits_in

_LARGEST = 2**31 - 1
_MOST = 50
_QUOTE = "\ue000"
_EDGES = " .,;:!?"


def parse(text: str, today: date) -> tuple[Reference, ...]:
    """Return what `text` points at, in order; nothing when it names no task at all."""
    bare = PATTERNS["reference_tail"].sub("", text.strip(_EDGES))
    apposed = PATTERNS["apposed"].fullmatch(bare)
    bare = apposed["words"] if apposed else bare
    short = PATTERNS["in_list"].sub("", bare)
    kept = PATTERNS["spared"].search(bare)
    if kept and PATTERNS["everything_start"].match(bare):
        return _all_but(bare[: kept.start()], kept["spared"], today)
    for candidate in (bare, short):
        found = _pointed(candidate) or _everything(candidate, today)
        if found:
            return found
    return _named(short, today)


def _all_but(everything: str, spared: str, today: date) -> tuple[Reference, ...]:
    left_out = parse(spared, today)
    return tuple(
        replace(each, spared=left_out)
        for each in parse(everything, today)
        if isinstance(each, Everything) and left_out
    )


def is_explicit(text: str) -> bool:
    """Whether `text` plainly points at a task: not by a mere name that could be anything."""
    bare = text.strip(_EDGES)
    if PATTERNS["in_list"].search(bare) or _QUOTE in bare or _pointed(bare):
        return True
    if PATTERNS["everything"].fullmatch(bare):
        return True
    return any(PATTERNS[name].search(bare) for name in ("task_noun", "everything_start"))


def is_all_of_a_kind(text: str) -> bool:
    """Whether "all …" names a kind of things, as in "all emails", rather than tasks."""
    _, plainly = traits_in(text)
    return bool(PATTERNS["everything_words"].sub(" ", plainly).strip())


def _pointed(bare: str) -> tuple[Reference, ...]:
    """Read numbers, pronouns and ordinals."""
    if PATTERNS["count"].fullmatch(bare):
        return ()
    if PATTERNS["numbers"].fullmatch(bare) and PATTERNS["surely_numbers"].search(bare):
        return _numbers(bare)
    if PATTERNS["it"].fullmatch(bare):
        return (It(),)
    if PATTERNS["them"].fullmatch(bare):
        return (Them(2 if PATTERNS["pair"].search(bare) else None),)
    return _first_few(bare) or _ordinals(bare)


def _numbers(bare: str) -> tuple[Reference, ...]:
    spread = PATTERNS["range"].sub(_between, bare)
    found = PATTERNS["one_number"].findall(PATTERNS["number_word_mark"].sub(" ", spread))
    values = dict.fromkeys(_value(number) for number in found)
    return tuple(ById(value) for value in values if 0 < value <= _LARGEST)


def _between(found: re.Match[str]) -> str:
    low, high = _value(found.group(1)), _value(found.group(2))
    return ",".join(str(value) for value in range(low, min(high, low + _MOST - 1) + 1))


def _value(text: str) -> int:
    return int(text) if text.isdecimal() else LEXICON.numbers[text.casefold()]


def _first_few(bare: str) -> tuple[Reference, ...]:
    few = PATTERNS["first_few"].fullmatch(bare)
    if not few:
        return ()
    count = min(_value(few.group(2)), _MOST)
    last = few.group(1).casefold() == "last"
    return tuple(Nth(place) for place in (range(-count, 0) if last else range(1, count + 1)))


def _ordinals(bare: str) -> tuple[Reference, ...]:
    parts = PATTERNS["reference_joint"].split(bare)
    found = [PATTERNS["nth"].fullmatch(part.strip()) for part in parts]
    return tuple(Nth(_place(match.group(1))) for match in found if match) if all(found) else ()


def _place(text: str) -> int:
    low = text.casefold()
    return LEXICON.ordinals[low] if low in LEXICON.ordinals else int(low[:-2])


def _everything(bare: str, today: date) -> tuple[Reference, ...]:
    if PATTERNS["others"].fullmatch(bare):
        return ()
    traits, plainly = traits_in(bare)
    several = bool(traits) and PATTERNS["several_tasks"].fullmatch(plainly)
    if not several and not PATTERNS["everything"].fullmatch(bare):
        return ()
    wanted = filter_of(bare, today)
    if wanted.status == "all" and PATTERNS["already_handled"].search(bare):
        wanted = replace(wanted, status="completed")
    rest = " ".join(PATTERNS["everything_words"].sub(" ", plainly).split())
    named = rest and not (wanted.tag or wanted.due_before or rest.casefold() == wanted.kind)
    return (Everything(replace(wanted, query=rest) if named else wanted),)


def _named(bare: str, today: date) -> tuple[Reference, ...]:
    whose = PATTERNS["whose"].fullmatch(bare)
    named = PATTERNS["named"].fullmatch(whose["thing"] if whose else bare)
    vague = any(PATTERNS[name].fullmatch(bare) for name in ("vague_reference", "count"))
    if not named or vague:
        return ()
    words, when = named["words"].strip(_EDGES), whose["when"] if whose else ""
    if PATTERNS["reminder_noun"].search(bare):
        words, at = whens.apart(words, today)
        when = f"{when} {at}".strip()
    return (Named(words, when),)

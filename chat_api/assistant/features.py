"""What the learned models see of a sentence: its tokens, and the features of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from chat_api.assistant.entity import Entity
from chat_api.assistant.text import IDENTIFIER, mended
from chat_api.assistant.weights import Clusters

# Names of code ("task_id") are words of their own, and the full stop of "Dr. Who" ends nothing.
_TOKEN = re.compile(
    rf"{IDENTIFIER}|"
    r"(?i:\b(?:mrs?|ms|dr|prof|sr|jr|st|mt|vs|al|approx|dept)\.(?= ))|"
    r"[^\W_]+(?:_[^\W_]+)+|[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.:]\d+)*|\n+|[^\w\s]|_"
)
LINE = "↵"
# No word that was learned from, nor one that is near to another.
_STRANGE = "xqzjx"
# What is said for a sign, or for another word.
_SPOKEN = {"comma": ",", "nah": "no", "nope": "no"}
_BULLETS = frozenset("*•·‣◦")
JOINING = frozenset({",", ";", "&", "+", "and", LINE, "plus", "then", "also", "or", "n", "comma"})
_BREAKS = JOINING | frozenset(".!?:…-—–") | {"but"}
# A correction needs no sign before it: "delete the milk no wait the eggs".
_TURNS = frozenset({"no", "wait", "sorry", "actually", "scratch", "oops"})
_EDGES = frozenset(",;&+…-—–" + LINE) | {"and", "plus", "then", "but"}
# English words that build sentences; what is only jotted down has few of them.
_GRAMMAR_WORDS = """
    i you we he she they it me us him her them my your our his their is are was were be been am
    isn't aren't do does did don't didn't have has had haven't can could will would should may
    might must i'm i've i'd i'll it's that's what's what when where who why how which the a an
    this that these those to of if not no yes there
"""
_GRAMMAR = frozenset(_GRAMMAR_WORDS.split())
_CLUSTERS = Clusters()
# These say more by their words than by being what they are.
_OPEN = frozenset({"aspect", "quantity", "pronoun", "status", "clear"})
_SURE = 0.5
_WITH_SUFFIX = 5
_NEAR = 12
_SHORT = 4


@dataclass(frozen=True)
class Token:
    """A word, a sign, or an entity.

    Attributes:
        start: Offset of its first character in the text as typed.
        end: Offset behind its last character.
        form: In lower case; of an entity its kind, as "<when>".
        words: The words of an entity, or the one word.
        capital: Begins with an upper-case letter.
        entity: The entity that it stands for.

    """

    start: int
    end: int
    form: str
    words: tuple[str, ...]
    capital: bool = False
    entity: Entity | None = None


def tokens(text: str, entities: Sequence[Entity] = ()) -> list[Token]:
    """Return the words and signs of a text; an entity that stands for a value is one token."""
    found: list[Token] = []
    place = 0
    for entity in entities:
        if entity.kind in _OPEN or entity.confidence < _SURE:
            continue
        found += _plain(text, place, entity.start)
        inside = tuple(each.form for each in _plain(text, entity.start, entity.end))
        found.append(Token(entity.start, entity.end, f"<{entity.kind}>", inside, entity=entity))
        place = entity.end
    return [*found, *_plain(text, place, len(text))]


def _plain(text: str, start: int, end: int) -> Iterator[Token]:
    for match in _TOKEN.finditer(text, start, end):
        form = _form(match.group())
        yield Token(*match.span(), form, (form,), match.group()[0].isupper())


def _form(word: str) -> str:
    if re.fullmatch(IDENTIFIER, word):
        return _STRANGE
    if word[0].isdigit():
        return "0"
    if word in _BULLETS:
        return "-"
    if word[0] == "\n":
        return LINE
    form = mended(word.lower().replace("’", "'"))
    return _SPOKEN.get(form, form)


def intent_features(clause: Sequence[Token], before: str = "") -> list[str]:
    """Return what the intent of a clause depends on; `before` is the intent of the one before."""
    forms = [token.form for token in clause if token.form not in {".", "!"}]
    found = {f"before {before}", f"length {min(len(forms), 12) // 2}"}
    found.update(f"w {form}" for form in forms)
    padded = ["^", *(forms or ["."]), "$"]
    found.update(f"b {word} {after}" for word, after in pairwise(padded))
    found.add("t " + " ".join(padded[1:4]))
    if len(forms) <= _SHORT:
        found.add("f " + " ".join(forms))
    grammar = sum(form in _GRAMMAR for form in forms)
    found.add(f"m {min(grammar, 4)}")
    found.add(f"ml {min(grammar, 4)} {min(len(forms), 8)}")
    strange = sum(form[0].isalpha() and _CLUSTERS.of(form) == ("", "") for form in forms)
    found.add(f"u {min(strange, 3)} {min(len(forms), 6)}")
    found.update(f"em {token.form} {min(grammar, 3)}" for token in clause if token.entity)
    found.update(f"e {word}" for token in clause if token.entity for word in token.words)
    found.update(f"s {form[-3:]}" for form in forms if len(form) >= _WITH_SUFFIX and form[0] != "<")
    # In one order, so that sums of weights are the same in every process.
    return sorted(found)


def _coarse(form: str) -> str:
    if form[0] == "<" or not form[0].isalpha():
        return form
    return _CLUSTERS.of(form)[1] or "?"


def role_features(clause: Sequence[Token], intent: str) -> list[list[str]]:
    """Return for each token of a clause what its role depends on."""
    forms = ["^^", "^", *(token.form for token in clause), "$", "$$"]
    groups = [_coarse(form) for form in forms]
    found, separators = [], 0
    for place, token in enumerate(clause, 2):
        word, group, last, after = forms[place], groups[place], forms[place - 1], forms[place + 1]
        fine = _CLUSTERS.of(word)[0]
        separators += word in JOINING
        seen = [
            f"w {word}",
            f"a {last}",
            f"z {after}",
            f"aa {forms[place - 2]}",
            f"zz {forms[place + 2]}",
            f"k {fine}",
            f"g {group}",
            f"ga {groups[place - 1]}",
            f"gz {groups[place + 1]}",
            f"gaa {groups[place - 2]} {groups[place - 1]}",
            f"ab {last} {word}",
            f"bz {word} {after}",
            f"abc {forms[place - 2]} {last}",
            f"zbc {after} {forms[place + 2]}",
            f"ag {last} {group}",
            f"gz {group} {after}",
            f"i {intent} {word}",
            f"ia {intent} {last}",
            f"ig {intent} {group}",
            f"n {intent} {min(separators, 2)}",
            f"p {min(place - 2, 3)}",
        ]
        if len(word) >= _WITH_SUFFIX and word[0] != "<":
            seen.append(f"s {word[-3:]}")
        if token.entity:
            seen.append(f"e {word} {token.words[0] if token.words else ''}")
        if token.capital and token is not clause[0]:
            seen.append("capital")
        found.append(seen)
    return found


def boundary_features(whole: Sequence[Token], place: int, begin: int) -> list[str]:
    """Return what tells whether a command begins at a token; nothing where none can.

    Args:
        whole: All tokens of the text.
        place: The token that may be the first of a command.
        begin: The first token of the command before it.

    """
    word, before = whole[place].form, whole[place - 1].form
    if word in _BREAKS or not (before in _BREAKS or word in _TURNS):
        return []
    head = place - 1
    while head > begin and whole[head - 1].form in _BREAKS:
        head -= 1
    sign = " ".join(token.form for token in whole[head:place])
    first, second, third, *_ = [*(token.form for token in whole[place : place + 3]), "$", "$$"]
    past = ["^", *(token.form for token in whole[max(begin, head - _NEAR) : head])]
    lead = whole[begin].form if head > begin else "^"
    after = enumerate(islice(whole, place, place + _NEAR))
    end = min(_NEAR, len(whole) - place)
    ahead = next((number for number, token in after if token.form in _BREAKS), end)
    segment = whole[place : place + ahead]
    tail = segment[-1].form if segment and segment[-1].entity else "-"
    leads, a, b = _coarse(lead), _coarse(first), _coarse(second)
    return [
        f"j {sign}",
        f"j {sign} w {first}",
        f"j {sign} g {a}",
        f"w {first}",
        f"k {_CLUSTERS.of(first)[0]}",
        f"b {first} {second}",
        f"w2 {second}",
        f"w3 {third}",
        f"g {a} {b}",
        f"x {first} {b}",
        f"last {past[-1]}",
        f"lastg {_coarse(past[-1])} {a}",
        f"lead {lead}",
        f"lead {lead} {first}",
        f"leads {leads} {a}",
        f"same {lead == first} {leads == a}",
        f"ahead {min(ahead, 5)}",
        f"past {min(len(past), 6)}",
        f"ahead {min(ahead, 5)} {min(len(past), 6)}",
        f"entity {any(form[0] == '<' for form in past)} {ahead > 2}",
        f"more {ahead < end}",
        f"tail {sign} {tail != '-'} {ahead > 1}",
        f"tails {past[-1][0] == '<'} {tail} {ahead > 1}",
        f"dated {sign} {past[-1][0] == '<'} {ahead > 1}",
        f"dated {sign} {past[-1][0] == '<'} {a}",
    ]


def bare(clause: Sequence[Token], *, first: bool) -> Sequence[Token]:
    """Return a clause without the signs and joining words at its ends.

    That a message begins with "and" says something: the `first` clause keeps its beginning.
    """
    begin, end = 0, len(clause)
    while not first and begin < end - 1 and clause[begin].form in _EDGES:
        begin += 1
    while end > begin + 1 and clause[end - 1].form in _EDGES:
        end -= 1
    return clause[begin:end]

"""The grammar of names: of tags and of lists, beside the words that tell that they are some."""

from collections.abc import Iterable

from chat_api.assistant import words as w
from chat_api.assistant.text import (
    Cursor,
    Match,
    Rule,
    Token,
    kind,
    maybe,
    one_of,
    shape,
)

_LINE_STARTS = frozenset({"", "\n"})


def inner(cursor: Cursor, token: Token) -> str:
    """Return the text of a token as typed, without the marks around it."""
    return cursor.source[token.start : token.end].strip("“”„\"'‘’#/ ")


@shape("the?", one_of(kind("tag"), kind("quote"), kind("word")))
def _tag_name(cursor: Cursor, name: Token) -> Match | None:
    if name.text in w.PREPOSITIONS or name.text in w.TASK_WORDS or name.text in w.PHRASES:
        return None
    while cursor.peek().text == "-" and cursor.peek().glued and cursor.peek(1).glued:
        cursor.at += 2
    whole = name._replace(end=cursor.peek(-1).end)
    return Match("tag", inner(cursor, whole), 0.8)


hash_tag = shape(kind("tag"))(lambda cursor, name: Match("tag", inner(cursor, name)))


@shape(
    "with|as?", "the|a?", w.TAGGING, "it|this|that|them|these|those|both|:?", "with|as|is|:?",
    _tag_name,
)  # fmt: skip
def tagged(cursor: Cursor, _: str, found: Match) -> Match | None:
    """Read "tagged home", "tag: work", "tag it work", "tag both work"."""
    texts = {token.text for token in cursor.tokens[max(0, cursor.at - 4) : cursor.at]}
    # In "tag the flights with work" and "tag those with work" another rule reads the tag.
    ahead = {token.text for token in cursor.tokens[cursor.at : cursor.at + 6]}
    named = ahead & {"with", "as"} or (texts & {"with", "as"} and texts & w.POINTING_AT_SEVERAL)
    return None if named else found


tag_before = shape(kind("word"), "-", "tagged|labelled|labeled")(
    lambda cursor, name: Match("tag", inner(cursor, name), 0.8)
)


@shape("with|as", _tag_name)
def tag_behind(cursor: Cursor, found: Match) -> Match | None:
    """Read the "with garden" of "tag those with garden"."""
    before = cursor.tokens[max(0, cursor.at - 6) : cursor.at]
    tagging = any(token.text in w.TAGGING for token in before)
    return found._replace(confidence=0.9) if tagging else None


slash_list = shape(kind("slash"))(lambda cursor, name: Match("list", inner(cursor, name), 0.8))


@shape("list", ":", one_of(kind("word"), kind("quote")))
def list_is(cursor: Cursor, name: Token) -> Match | None:
    """Read "call Bo, list: work"; at the start of a line "list:" is above its items."""
    before = cursor.peek(-4).text
    return None if before in _LINE_STARTS else Match("list", inner(cursor, name))


inbox = shape(w.LIST_LEADS, maybe(w.OWNERS), "inbox")(lambda *_: Match("list", "none"))


@shape(maybe(w.LIST_LEADS), maybe(w.OWNERS))
def named_list(cursor: Cursor, lead: str | None, owner: str | None) -> Match | None:
    """Read "to my shopping list", and of headings "band list:" and "add to Ito wedding:"."""
    first, before = cursor.peek(), cursor.peek(-1 - bool(lead) - bool(owner)).text
    for _ in range(3):
        name = cursor.kind("word") or cursor.kind("quote")
        if not name or name.possessive or name.text in w.NO_LIST_NAMES:
            return None
        listed = cursor.eat("list")
        adds = not listed and lead and before in {"add", "put"}
        headed = cursor.peek().text == ":" and (adds or (listed and before in _LINE_STARTS))
        if listed or headed:
            sure = 0.9 if lead and owner else 0.7
            whole = Token("", "word", first.start, name.end)
            named = lead or owner or headed
            return Match("list", inner(cursor, whole), sure) if named else None
    return None


@shape()
def list_heading(cursor: Cursor) -> Match | None:
    """Read the "band list" of "band list: print stickers"."""
    return named_list(cursor) if cursor.peek(-1).text in _LINE_STARTS else None


called_list = shape(
    w.LIST_LEADS, "a|the|my|our?", "new?", "list", "called|named|titled",
    one_of(kind("word"), kind("quote")),
)(lambda cursor, _, name: Match("list", inner(cursor, name)))  # fmt: skip

no_list = shape("in no list|on no list|without a list|without list")(
    lambda _: Match("list", "none", 0.8)
)

# Each rule with the words, or kinds of tokens, that it begins with.
RULES: tuple[tuple[Rule[Match], Iterable[str]], ...] = (
    (hash_tag, {"<tag>"}),
    (tagged, w.TAGGING | {"with", "as"}),
    (tag_before, {"<word>"}),
    (tag_behind, {"with", "as"}),
    (slash_list, {"<slash>"}),
    (list_is, {"list"}),
    (inbox, w.LIST_LEADS),
    (called_list, w.LIST_LEADS),
    (named_list, w.LIST_LEADS | w.OWNERS),
    (list_heading, {"<word>"}),
    (no_list, {"in", "on", "without"}),
)

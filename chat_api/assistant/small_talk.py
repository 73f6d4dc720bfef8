"""Answers messages that ask for nothing to be done, and those that were not understood."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from chat_api.assistant.evidence import WORTH_ASKING
from chat_api.assistant.frame import Intent, Request
from chat_api.assistant.replies import (
    MOST_SUGGESTIONS,
    SHOW,
    Context,
    Outcome,
    ask_whether,
    quoted,
)
from chat_api.assistant.titles import match_title, titles_of

_WORD = re.compile(r"[^\W\d_]+")
_HELP = "What can you do?"
# Another reading is offered from this probability on.
_LIKELY = 0.05
_OFFERED: Mapping[Intent, str] = {
    "add": "Add {title}",
    "complete": "Mark {title} as done",
    "delete": "Delete {title}",
    "list": SHOW,
    "plan": "Plan my day",
}
_LONGEST_OFFER = 60


@cache
def talk() -> Mapping[str, Any]:
    """Read what the assistant says."""
    return tomllib.loads(files(__package__).joinpath("data/talk.toml").read_text("utf-8"))


def remark(request: Request, context: Context) -> Outcome:
    """Answer a greeting, thanks, a feeling, or a yes or no to nothing."""
    text = _fresh(talk()[request.intent], context)
    suggestions = (_HELP, SHOW) if request.intent in {"greeting", "yes"} else ()
    return Outcome(text, suggestions=suggestions)


def about(request: Request, _: Context) -> Outcome:
    """Answer a question about the assistant itself."""
    best = _best(talk()["about"], request.text) or talk()["help"]
    return Outcome(best["answer"].strip(), suggestions=tuple(best["suggestions"]))


def foreign(request: Request, context: Context) -> Outcome:
    """Say in the language of the message that only English is understood."""
    language = _best(talk()["language"], request.text)
    if language is None:
        return unclear(request, context)
    # What is meant to be noted can be, in any language.
    offers = _offers(replace(request, intent="add")) if " " in request.text.strip() else []
    text = f"{language['answer']} (I only understand English.)"
    return Outcome(text, suggestions=(*offers[:1], _HELP))


def unclear(request: Request, context: Context) -> Outcome:
    """Offer the likeliest readings of what was not understood."""
    offers = _offers(request)
    if asked := _ask_change(request, offers, context):
        return asked
    kind = "unclear" if offers else "beyond"
    suggestions = tuple(dict.fromkeys([*offers, SHOW, _HELP]))[: MOST_SUGGESTIONS - 1]
    # "It" in the next message must not mean what came before this misunderstanding.
    return Outcome(_fresh(talk()[kind], context), intent="none", suggestions=suggestions)


def left_out(request: Request, context: Context) -> Outcome:
    """Name a part of the message that was not carried out, or ask about it."""
    if asked := _ask_change(request, _offers(request), context):
        return asked
    text = f"I left out {quoted(request.text)}: I wasn't sure what you mean."
    return Outcome(text, suggestions=tuple(_offers(request)))


def _ask_change(request: Request, offers: Sequence[str], context: Context) -> Outcome | None:
    """Ask whether an open task is to be changed that the words name, where that is likely."""
    for reading in request.readings:
        words = reading.target.words
        likely = reading.intent == "update" and reading.confidence >= WORTH_ASKING
        if not likely or len(words) != 1:
            continue
        match = match_title(words[0], context.open_tasks or ())
        if match.certain and len(match.tasks) == 1:
            new = offers[:1] if offers and request.intent == "add" else []
            name = context.wording.name(match.tasks[0])
            text = f"Do you mean {name}, or a new task?" if new else f"Do you mean {name}?"
            asked = ask_whether(reading, match.tasks, text)
            return replace(asked, suggestions=("Yes", *(new or ["No"])))
    return None


def _offers(request: Request) -> list[str]:
    """Return the likely readings, each as a message that says it plainly."""
    likely = [each for each in request.readings if each.confidence >= _LIKELY]
    return [offer for each in likely if (offer := _offer(each, request.text))]


def _offer(reading: Request, text: str) -> str:
    names = (*reading.titles, *reading.target.words) or ((text,) if reading.intent == "add" else ())
    titles = titles_of(names[:1])
    offer = _OFFERED.get(reading.intent, "")
    if "{" not in offer:
        return offer
    if not titles or len(titles[0]) > _LONGEST_OFFER:
        return ""
    values = [
        text[each.start - reading.start : each.end - reading.start]
        for each in reading.entities
        if reading.intent == "add"
    ]
    return " ".join([offer.format(title=f"“{titles[0]}”"), *values])


def _best(entries: Sequence[Mapping[str, Any]], text: str) -> Mapping[str, Any] | None:
    """Return the entry that has most words of the text; of equal ones the first."""
    words = set(_WORD.findall(text.casefold()))
    ranked = [(len(words & set(entry["words"])), entry) for entry in entries]
    score, best = max(ranked, key=lambda each: each[0])
    return best if score else None


def _fresh(texts: Sequence[str], context: Context) -> str:
    """Return one of the texts, never the one of the reply before."""
    others = [text for text in texts if not context.last_reply.startswith(text)] or list(texts)
    return others[len(context.last_reply) % len(others)]

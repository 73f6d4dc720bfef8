"""Answers messages that ask for nothing to be done, and those that were not understood."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.evidence import WORTH_ASKING
from chat_api.assistant.frame import ACTS, Intent, Request
from chat_api.assistant.lookup import listed
from chat_api.assistant.replies import (
    MOST_SUGGESTIONS,
    SHOW,
    Context,
    Outcome,
    joined,
    quoted,
)
from chat_api.assistant.state import Question
from chat_api.assistant.steps import Steps
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
_ASKED: Mapping[Intent, str] = {
    "complete": "Is {name} done?",
    "delete": "Do you mean to delete {name}?",
    "reopen": "Is {name} open again?",
    "update": "Do you mean to change {name}?",
    "add": "{name}?",
}
_VALUES = frozenset({"when", "repeat", "delay", "reminder", "priority", "tag", "list"})


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


def foreign(request: Request, context: Context) -> Steps[Outcome]:
    """Say in the language of the message that only English is understood."""
    language = _best(talk()["language"], request.text)
    if language is None:
        return (yield from unclear(request, context))
    # What is meant to be noted can be, in any language.
    offers = _offers(replace(request, intent="add")) if " " in request.text.strip() else []
    text = f"{language['answer']} (I only understand English.)"
    return Outcome(text, suggestions=(*offers[:1], _HELP))


def unclear(request: Request, context: Context) -> Steps[Outcome]:
    """Ask whether the likeliest reading is meant that can be carried out, or offer what may be."""
    if asked := (yield from _asked(request, context)):
        return asked
    offers = _offers(request)
    kind = "unclear" if offers else "beyond"
    suggestions = tuple(dict.fromkeys([*offers, SHOW, _HELP]))[: MOST_SUGGESTIONS - 1]
    # "It" in the next message must not mean what came before this misunderstanding.
    return Outcome(_fresh(talk()[kind], context), intent="none", suggestions=suggestions)


def left_out(requests: Sequence[Request], context: Context) -> Steps[list[Outcome]]:
    """Ask about the first part of a message that was not carried out, and name the others."""
    outcomes: list[Outcome] = []
    for request in requests:
        asked = None if outcomes else (yield from _asked(request, context))
        text = f"I left out {quoted(request.text)}: I wasn't sure what you mean."
        outcomes.append(asked or Outcome(text, suggestions=tuple(_offers(request))))
    return outcomes


def _asked(request: Request, context: Context) -> Steps[Outcome | None]:
    """Ask whether a likely reading is meant; a yes carries it out as it was read.

    A change of a task that is there comes before a new task.
    """
    likely = [each for each in request.readings if each.confidence >= WORTH_ASKING]
    likely.sort(key=lambda each: each.intent not in ACTS)
    for reading in likely:
        tasks = (yield from _meant(reading, context)) if reading.intent in ACTS else ()
        offer = _offer(reading, reading.text) if reading.intent == "add" else ""
        name = context.wording.names(tasks) or offer
        if not name:
            continue
        ids = tuple(task.id for task in tasks)
        question = Question("reading", reading.intent, ids, text=reading.text)
        others = [
            offer
            for each in request.readings
            if each != reading and each.confidence >= _LIKELY and (offer := _offer(each, each.text))
        ]
        suggestions = ("Yes", *others[: MOST_SUGGESTIONS - 2], "No")
        text = _ASKED[reading.intent].format(name=name)
        return Outcome(text, ids, question=question, suggestions=suggestions)
    return None


def _meant(reading: Request, context: Context) -> Steps[tuple[TaskSnapshot, ...]]:
    """Return the open tasks that a reading changes, one for each name; none if one fits none."""
    target = reading.target
    if target.everything or target.missing or not target:
        return ()
    tasks = context.open_tasks
    if tasks is None:
        tasks = yield from listed(status="pending")
    known = {task.id: task for task in tasks} | dict(context.state.tasks)
    matches = [match_title(words, tasks).tasks for words in target.words]
    if any(len(each) != 1 for each in matches) or not all(each in known for each in target.ids):
        return ()
    return (*(known[each] for each in target.ids), *(each[0] for each in matches))


def _offers(request: Request) -> list[str]:
    """Return the likely readings, each as a message that says it plainly."""
    likely = [each for each in request.readings if each.confidence >= _LIKELY]
    return [offer for each in likely if (offer := _offer(each, request.text))]


def _offer(reading: Request, text: str) -> str:
    names = (*reading.titles, *reading.target.words) or ((text,) if reading.intent == "add" else ())
    titles = titles_of(names)
    offer = _OFFERED.get(reading.intent, "")
    if "{" not in offer:
        return offer
    title = joined([f"“{each}”" for each in titles])
    if not titles or len(title) > _LONGEST_OFFER:
        return ""
    values = [
        text[each.start - reading.start : each.end - reading.start]
        for each in reading.entities
        if reading.intent == "add" and each.kind in _VALUES
    ]
    return " ".join([offer.format(title=title), *values])


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

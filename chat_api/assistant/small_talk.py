"""Answers messages that ask for nothing to be done, and those that were not understood."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.evidence import WORTH_ASKING
from chat_api.assistant.frame import ACTS, CHANGES, NO_REQUEST, Intent, Request
from chat_api.assistant.lookup import with_open_tasks
from chat_api.assistant.replies import (
    MOST_SUGGESTIONS,
    SHOW,
    Context,
    Outcome,
    ask_change,
    ask_which,
    details,
    joined,
    quoted,
)
from chat_api.assistant.state import Question
from chat_api.assistant.steps import Steps
from chat_api.assistant.titles import match_title, named_in, titles_of
from chat_api.assistant.values import changes_of

_WORD = re.compile(r"[^\W\d_]+")
_HELP = "What can you do?"
LIKELY = 0.05
"""From this probability on another reading is offered, and a remark may be an order."""
_OFFERED: Mapping[Intent, str] = {
    "add": "Add {title}",
    "complete": "Mark {title} as done",
    "delete": "Delete {title}",
    "update": "Change {title}",
    "list": SHOW,
    "plan": "Plan my day",
}
_LONGEST_OFFER = 60
_ASKING = frozenset({"who", "what", "when", "where", "which", "why", "how"})
_ASKED: Mapping[Intent, str] = {
    "complete": "Is {name} done?",
    "delete": "Do you mean to delete {name}?",
    "reopen": "Is {name} open again?",
    "update": "Do you mean to change {name}?",
    "add": "{name}?",
}
ORDERS = CHANGES | {"undo"}
_VALUES = frozenset({"when", "repeat", "delay", "reminder", "priority", "tag", "list"})


@cache
def talk() -> Mapping[str, Any]:
    """Read what the assistant says."""
    return tomllib.loads(files(__package__).joinpath("data/talk.toml").read_text("utf-8"))


def remark(request: Request, context: Context) -> Outcome:
    """Answer a greeting, thanks, a feeling, or a yes or no to nothing."""
    if request.intent == "greeting" and (farewell := _best([talk()["farewell"]], request.text)):
        return Outcome(_fresh(farewell["answers"], context))
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
    offers = _offers(replace(request, intent="add"), ()) if " " in request.text.strip() else []
    text = f"{language['answer']} (I only understand English.)"
    return Outcome(text, suggestions=(*offers[:1], _HELP))


def unclear(request: Request, context: Context) -> Steps[Outcome]:
    """Ask whether the likeliest reading is meant that can be carried out, or offer what may be."""
    context = yield from with_open_tasks(context)
    if question := (yield from asked_about(request, context)):
        return question
    offers = _offers(request, context.open_tasks or ())
    kind = "unclear" if offers else "beyond"
    suggestions = tuple(dict.fromkeys([*offers, SHOW, _HELP]))[: MOST_SUGGESTIONS - 1]
    # "It" in the next message must not mean what came before this misunderstanding.
    return Outcome(_fresh(talk()[kind], context), intent="none", suggestions=suggestions)


def left_out(
    requests: Sequence[Request], done: Sequence[int], context: Context
) -> Steps[list[Outcome]]:
    """Ask about the first part of a message that was not carried out, and name the others.

    What may have asked for nothing is asked about only if it names a task that is not among those
    that are done.
    """
    outcomes: list[Outcome] = []
    if requests:
        context = yield from with_open_tasks(context)
    tasks = context.open_tasks or ()
    for request in requests:
        ordered = any(
            each.intent in ORDERS and each.confidence >= WORTH_ASKING
            for each in request.alternatives
        )
        question = None
        if not outcomes:
            question = yield from asked_about(request, context, done)
        if question or ordered:
            text = f"I left out {quoted(request.text)}: I wasn't sure what you mean."
            outcomes.append(question or Outcome(text, suggestions=tuple(_offers(request, tasks))))
    return outcomes


def asked_about(
    request: Request, context: Context, done: Collection[int] = ()
) -> Steps[Outcome | None]:
    """Ask whether a likely reading is meant, or what the words tell of a task that they name.

    A yes carries it out as it was read. A change of a task that is there comes before a new task.

    Args:
        request: The readings.
        context: What the turn is handled with.
        done: The tasks that need no question.

    """
    context = yield from with_open_tasks(context)
    tasks = tuple(task for task in context.open_tasks or () if task.id not in done)
    likely = [each for each in request.readings if each.confidence >= WORTH_ASKING]
    for reading in likely:
        targets = _targets(reading, tasks, context) if reading.intent in ACTS else ()
        if targets:
            return _question(reading, targets, request, context)
    if named := named_in(request.text, tasks):
        if _is_question(request):
            return details(named, context)
        intents = [each.intent for each in request.readings if each.confidence >= LIKELY]
        likely_acts = [each for each in intents if each in ACTS - {"reopen"}]
        planned = _plans(request, context)
        intent: Intent = "update" if planned else next(iter(likely_acts), "complete")
        values = changes_of(request.entities) if planned else request.values
        reading = replace(request, intent=intent, values=values)
        if len(named) > 1:
            return ask_which(reading, named, context.wording)
        return _question(reading, named, request, context)
    add = next((each for each in likely if each.intent == "add"), None)
    return _question(add, (), request, context) if add and _offer(add, add.text) else None


def _is_question(request: Request) -> bool:
    """Whether a clause asks something, as of when a task is."""
    first, *_ = (*request.text.casefold().split(), "")
    asks = first in _ASKING or request.text.rstrip().endswith("?")
    return asks or request.has("aspect", "time")


def _plans(request: Request, context: Context) -> bool:
    """Whether a clause has values that only a task has which is still to be done."""
    values = changes_of(request.entities)
    today = context.today.isoformat()
    later = values.due_on > today if values.due_on else bool(values.due_time)
    return later or bool(values.priority or values.repeat or values.tags)


def _question(
    reading: Request, tasks: Sequence[TaskSnapshot], request: Request, context: Context
) -> Outcome:
    """Ask whether a reading is meant, beside the others that it may have."""
    wording, intent = context.wording, reading.intent
    ids = tuple(task.id for task in tasks)
    if intent == "update" and not reading.sets:
        return ask_change(request, tasks, wording)
    name = wording.names(tasks) or _offer(reading, reading.text)
    text = _ASKED[intent].format(name=name)
    if intent == "update" and len(tasks) == 1 and reading.values.due_on not in {None, "none"}:
        when = wording.when(reading.values.due_on, reading.values.due_time)
        text = f"Should {name} be due {when}?"
    others = [
        _OFFERED[each].format(title=f"“{tasks[0].title}”")
        for each in ("complete", "update")
        if len(tasks) == 1 and each != intent
    ]
    rest = tuple(each for each in request.readings if each != reading)
    others += _offers(replace(NO_REQUEST, alternatives=rest), context.open_tasks or ())
    suggestions = ("Yes", *dict.fromkeys(others[: MOST_SUGGESTIONS - 2]), "No")
    question = Question("reading", intent, ids, text=reading.text)
    return Outcome(text, ids, question=question, suggestions=suggestions)


def _targets(
    reading: Request, tasks: Sequence[TaskSnapshot], context: Context
) -> tuple[TaskSnapshot, ...]:
    """Return the open tasks that a reading changes, one for each name; none if one fits none."""
    target = reading.target
    if target.everything or target.missing or not target:
        return ()
    if reading.intent == "reopen" and target.words:
        # It is open.
        return ()
    known = {task.id: task for task in tasks} | dict(context.state.tasks)
    matches = [match_title(words, tasks).tasks for words in target.words]
    if any(len(each) != 1 for each in matches) or not all(each in known for each in target.ids):
        return ()
    targets = (*(known[each] for each in target.ids), *(each[0] for each in matches))
    return tuple(dict.fromkeys(targets))


def _offers(request: Request, tasks: Sequence[TaskSnapshot]) -> list[str]:
    """Return the likely readings, each as a message that says it; changes only of these tasks."""
    likely = [each for each in request.readings if each.confidence >= LIKELY]
    likely = [
        each
        for each in likely
        if each.intent not in ACTS
        or all(match_title(words, tasks).tasks for words in each.target.words)
    ]
    return [offer for each in likely if (offer := _offer(each, each.text))]


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

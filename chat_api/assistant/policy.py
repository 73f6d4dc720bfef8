"""Decides what comes of the requests of a message: acting, asking, or offering."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from chat_api.assistant import actions, overview, small_talk
from chat_api.assistant.contract import Reply
from chat_api.assistant.evidence import is_sure, settled
from chat_api.assistant.frame import CHANGES, NO_REQUEST, Intent, Request
from chat_api.assistant.lookup import with_open_tasks
from chat_api.assistant.replies import MOST_SUGGESTIONS, Context, Outcome
from chat_api.assistant.small_talk import LIKELY, ORDERS
from chat_api.assistant.state import State
from chat_api.assistant.steps import Steps, side_by_side

Action: TypeAlias = Callable[[Request, Context], Steps[Outcome]]
Answer: TypeAlias = Callable[[Request, Context], Outcome]

_WRITES: Mapping[Intent, Action] = {
    "complete": actions.complete,
    "reopen": actions.reopen,
    "update": actions.update,
    "delete": actions.delete,
    "undo": actions.undo,
}
_READS: Mapping[Intent, Action] = {"list": overview.show, "plan": overview.plan}
_ANSWERS: Mapping[Intent, Answer] = {
    "greeting": small_talk.remark,
    "thanks": small_talk.remark,
    "feeling": small_talk.remark,
    "yes": small_talk.remark,
    "no": small_talk.remark,
    "about": small_talk.about,
}
_ADDRESS = re.compile(r"https?://\S+")
# Lines of a mail around its text.
_MAIL = re.compile(
    r"(?:from|to|cc|sent|date|subject|betreff): |dear [\w ]+,?$|(?:kind|best|warm) regards",
    re.IGNORECASE,
)
# Signs of programs, which nobody notes down.
_CODE = re.compile(r"[<{}|\\=]|\*(?=\S)|\S>(?=\W)")
_TOLD, _SENTENCE, _SURE_BESIDE, _NEVER = 0.5, 3, 0.97, 2.0


def reply_steps(requests: Sequence[Request], context: Context) -> Steps[Reply]:
    """Handle the requests of a message, what changes tasks before what shows them."""
    readings, context = yield from settled(requests, context)
    least = _NEVER if _is_pasted(readings) else _SURE_BESIDE if any(map(_tells, readings)) else 0.0
    sure = [_grounded(if_sure(each, least), context) for each in readings]
    new = [each for each in sure if each.intent == "add"]
    adds = [each for each in new if not actions.lacks_moment(each)]
    writes = [_WRITES[each.intent](each, context) for each in sure if each.intent in _WRITES]
    writes += [actions.ask_moment(each, context) for each in new if each not in adds]
    if adds:
        writes.insert(0, actions.add(adds, context))
    reads = [_READS[each.intent](each, context) for each in sure if each.intent in _READS]
    outcomes = yield from side_by_side(writes)
    outcomes += yield from side_by_side(reads)
    if writes:
        done = [number for each in outcomes for number in each.tasks]
        outcomes += yield from small_talk.left_out(list(_left_out(sure)), done, context)
    if not outcomes:
        outcomes = [(yield from _answer(sure, context))]
    return _reply(outcomes, context)


def _grounded(request: Request, context: Context) -> Request:
    """Return the request; one that is hardly an undo is none where nothing was changed."""
    if request.intent != "undo" or not request.ask or context.state.intent in CHANGES:
        return request
    return replace(request, intent="none", ask=False, alternatives=request.readings)


def _left_out(requests: Sequence[Request]) -> Iterator[Request]:
    """Yield what else the message may have asked for, and what it may tell beside that."""
    for each in requests:
        if each.intent in {"none", "foreign"}:
            yield each
        elif each.intent == "complete":
            yield from (Request("none", text=words) for words in each.rest)


def _tells(request: Request) -> bool:
    """Whether a clause tells something in a sentence, and asks for nothing that is clear."""
    told = request.intent == "none" and request.confidence >= _TOLD
    unclear = request.intent in ORDERS and request.confidence < _TOLD
    return (told or unclear) and len(request.text.split()) >= _SENTENCE


def _is_pasted(requests: Sequence[Request]) -> bool:
    """Whether a message is a mail or a program, which nobody notes down as they stand."""
    texts = [_ADDRESS.sub("", each.text) for each in requests]
    return any(_CODE.search(text) or _MAIL.match(text) for text in texts)


def if_sure(request: Request, least: float = 0.0) -> Request:
    """Return the request, or where that is unsure, one that asks about its readings.

    A new task must be at least so likely: beside what only tells something, it must be surer.
    """
    if request.has("aspect", "others"):
        return replace(request, intent="none", alternatives=())
    acts = request.intent in ORDERS and not (request.intent == "undo" and request.ask)
    doubted = request.intent == "add" and request.confidence < least
    if not acts or (is_sure(request) and not doubted):
        return request
    if request.intent == "undo":
        return replace(request, ask=True)
    return replace(request, intent="none", alternatives=request.readings)


def _answer(requests: Sequence[Request], context: Context) -> Steps[Outcome]:
    """Answer what carried out nothing: what may name a task first, then the first remark."""
    unclear = [each for each in requests if each.intent == "none" or _may_order(each)]
    if unclear:
        context = yield from with_open_tasks(context)
    for request in unclear:
        if asked := (yield from small_talk.asked_about(request, context)):
            return asked
    for request in requests:
        if answer := _ANSWERS.get(request.intent):
            return answer(request, context)
        if request.intent == "foreign":
            return (yield from small_talk.foreign(request, context))
    last = requests[-1] if requests else NO_REQUEST
    return (yield from small_talk.unclear(last, context))


def _may_order(request: Request) -> bool:
    """Whether a feeling is told that may as well be an order."""
    others = request.alternatives if request.intent == "feeling" else ()
    return any(each.intent in ORDERS and each.confidence >= LIKELY for each in others)


def _reply(outcomes: Sequence[Outcome], context: Context) -> Reply:
    """Join what came of the requests; of several questions the first is asked."""
    asking = next((each for each in outcomes if each.question), None)
    ordered = [each for each in outcomes if not each.question] + ([asking] if asking else [])
    suggestions = (
        asking.suggestions
        if asking
        else tuple(dict.fromkeys(text for each in ordered for text in each.suggestions))
    )
    shown = tuple(dict.fromkeys(number for each in ordered for number in each.tasks))
    return Reply(
        "\n\n".join(each.text for each in ordered if each.text),
        task_ids=shown,
        suggestions=suggestions[:MOST_SUGGESTIONS],
        pending=_state_after(ordered, shown, context).to_json(),
    )


def _state_after(outcomes: Sequence[Outcome], shown: tuple[int, ...], context: Context) -> State:
    """Return what the next message can lean on: what was done last, and what was asked."""
    last = next((each for each in reversed(outcomes) if each.intent), None)
    question = next((each.question for each in outcomes if each.question), None)
    if last is None:
        before = context.state
        return replace(before, question=question, shown=shown or before.shown, tasks={})
    acted = [each for each in outcomes if each.intent not in {None, "list"}]
    focus = [number for each in acted for number in each.focus]
    if last.request.continues:
        focus = [*context.state.focus, *focus]
    # Places are those of the last list; a single task that was changed is none.
    is_list = question or last.intent == "list" or len(shown) > 1
    return State(
        intent=last.intent,
        focus=tuple(dict.fromkeys(focus)),
        shown=shown if is_list else context.state.shown or shown,
        values=last.request.values,
        filters=last.filters,
        question=question,
    )

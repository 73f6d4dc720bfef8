"""Decides what comes of the requests of a message: acting, asking, or offering."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from chat_api.assistant import actions, overview, small_talk
from chat_api.assistant.contract import Reply
from chat_api.assistant.frame import NO_REQUEST, Intent, Request
from chat_api.assistant.replies import MOST_SUGGESTIONS, Context, Outcome
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
    "foreign": small_talk.foreign,
}
# A less likely reading is offered instead of carried out.
_SURE_ENOUGH: Mapping[Intent, float] = {
    "add": 0.7,
    "complete": 0.7,
    "reopen": 0.7,
    "update": 0.7,
    "delete": 0.7,
    "undo": 0.5,
}
# From this probability on, a task that has the words of the message confirms the reading,
_LIKELY_ENOUGH = 0.25
# and from this on the task that the conversation is about.
_LIKELY_BY_CONTEXT = 0.3
# From this on, what was not carried out beside something else is named.
_WORTH_NAMING = 0.2


def reply_steps(requests: Sequence[Request], context: Context) -> Steps[Reply]:
    """Handle the requests of a message, what changes tasks before what shows them."""
    sure = [if_sure(each) for each in requests]
    adds = [each for each in sure if each.intent == "add"]
    writes = [_WRITES[each.intent](each, context) for each in sure if each.intent in _WRITES]
    if adds:
        writes.insert(0, actions.add(adds, context))
    reads = [_READS[each.intent](each, context) for each in sure if each.intent in _READS]
    outcomes = yield from side_by_side(writes)
    outcomes += yield from side_by_side(reads)
    outcomes += _left_out(sure, context) if writes else []
    if not outcomes:
        outcomes = [_answer(sure, context)]
    return _reply(outcomes, context)


def _left_out(requests: Sequence[Request], context: Context) -> list[Outcome]:
    """Name what else the message may have asked for."""
    unclear = [
        each
        for each in requests
        if each.intent == "none"
        and any(
            intent in _SURE_ENOUGH and probability >= _WORTH_NAMING
            for intent, probability in each.alternatives
        )
    ]
    return [small_talk.left_out(each, context) for each in unclear[:1]]


def if_sure(request: Request) -> Request:
    """Return the request, or where that is too unsure, one that offers its readings."""
    if request.has("aspect", "others"):
        return replace(request, intent="none", alternatives=())
    if request.confidence >= _SURE_ENOUGH.get(request.intent, 0):
        return request
    context = request.target.ids and not request.target.missing
    if context and request.confidence >= _LIKELY_BY_CONTEXT:
        return request
    if request.intent != "add" and request.target.words and request.confidence >= _LIKELY_ENOUGH:
        return replace(request, tentative=True)
    readings = ((request.intent, request.confidence), *request.alternatives)
    return replace(request, intent="none", alternatives=readings)


def _answer(requests: Sequence[Request], context: Context) -> Outcome:
    """Answer the first remark; where there is none, say what was not understood."""
    for request in requests:
        if answer := _ANSWERS.get(request.intent):
            return answer(request, context)
    return small_talk.unclear(requests[-1] if requests else NO_REQUEST, context)


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

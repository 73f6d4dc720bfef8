"""Completes frames with what the conversation left: "it", "also eggs", "no, saturday"."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chat_api.assistant import entities, frames
from chat_api.assistant.answers import Answer, answered
from chat_api.assistant.clauses import (
    Headings,
    by_signs,
    has_day,
    needs_date,
    quoted,
    quoted_title,
    to_do,
    with_items,
    with_new_title,
)
from chat_api.assistant.entity import Entity
from chat_api.assistant.frame import ACTS, CHANGES, NO_TARGET, Frame, Intent, Request, Target
from chat_api.assistant.state import State
from chat_api.assistant.target import described_and_set, on_list, target_of
from chat_api.assistant.values import NO_VALUES, changes_of, merged, values_of


def requests_of(
    clauses: Sequence[Frame], text: str, state: State, now: datetime
) -> tuple[Request, ...]:
    """Return what a message asks for, with the state of the conversation filled in."""
    dialogue = _Dialogue(state, now, text)
    if state.question:
        readings = [dialogue.request(frame) for frame in clauses]
        answer = answered(Answer(state.question, clauses, readings, text, state, dialogue.read))
        if answer is not None:
            return answer
    for frame in with_items(clauses, text):
        dialogue.add(frame)
    return tuple(dialogue.requests)


class _Dialogue:
    """The requests of a message so far."""

    def __init__(self, state: State, now: datetime, text: str) -> None:
        self._state = state
        self._now = now
        self.requests: list[Request] = []
        self._headings = Headings(text)

    def read(self, text: str, intent: Intent) -> Request:
        """Read a text as one command of an intent."""
        (frame,) = frames.read(text, entities.find(text, self._now.date()), intent=intent)
        return self.request(frame)

    def request(self, frame: Frame, intent: Intent | None = None) -> Request:
        """Return a frame as a request by its own words and the tasks that it refers to."""
        frame = with_new_title(replace(frame, intent=intent or frame.intent))
        described, given = described_and_set(frame)
        values = values_of(given, self._now) if frame.intent == "add" else changes_of(given)
        target = target_of(frame, self._state, described, self._now.date())
        values = replace(values, list=values.list or frame.list_name)
        if frame.intent == "update" and target.everything:
            target, values = on_list(target, values, frame)
        return Request(
            intent=frame.intent,
            text=frame.text,
            start=frame.start,
            titles=to_do(frame) or quoted(frame),
            target=target,
            values=values,
            new_title=frame.new_title or quoted_title(frame),
            description=frame.description or _note(frame),
            entities=tuple(described) if frame.intent in {"list", "plan"} else frame.entities,
            rest=frame.rest,
            confidence=frame.confidence,
            alternatives=tuple(self.request(each) for each in frame.alternatives),
        )

    def add(self, frame: Frame) -> None:
        """Add a frame, which may continue or correct the one before or the last exchange."""
        if self._headings.take(frame):
            return
        frame = self._reread(frame)
        match frame.intent:
            case "more":
                continued = self._continued(frame)
                self.requests.append(replace(continued, continues=not self.requests))
            case "instead":
                self._correct(frame)
            case "no":
                self._take_back(self.request(frame))
            case "add":
                self._add(self._on_shown_list(self.request(frame)))
            case "list":
                self.requests.append(self._on_shown_list(self.request(frame)))
            case _:
                self._act(frame)

    def _reread(self, frame: Frame) -> Frame:
        """Return a frame by what it names, where that speaks for another intent."""
        frame = by_signs(frame)
        if frame.intent == "add" and self._last_intent() == "add":
            # One more of what was added is added.
            frame = replace(frame, confidence=frame.confidence + frame.chance("more"))
        if frame.intent == "add" and needs_date(frame):
            # "Remind me two hours before the podiatrist" is about a task that is there.
            return replace(frame, intent="update", titles=(), references=frame.titles)
        return frame

    def _take_back(self, request: Request) -> None:
        """Drop the clause before, or ask whether to undo what the last exchange did."""
        if self.requests:
            self.requests[-1:] = [request] if len(self.requests) == 1 else []
        elif self._state.intent in CHANGES:
            self.requests.append(replace(request, intent="undo", ask=True))
        else:
            self.requests.append(request)

    def _add(self, request: Request) -> None:
        before = self._before()
        if request.titles or not request.has("aspect", "missing") or before is None:
            request = self._below_heading(request)
            self.requests += _with_own_values(request, self._now)
        else:
            # "Are eggs on my list? If not, add them."
            self.requests[-1] = replace(request, titles=before.target.words, target=NO_TARGET)

    def _below_heading(self, request: Request) -> Request:
        """Return a task with the day and list of the heading that it stands below."""
        above = self._headings.above(request.start)
        if not above:
            return request
        heading, values = values_of(above, self._now), request.values
        dated = any(each.kind == "delay" or has_day(each) for each in request.entities)
        if not dated and heading.due_on:
            values = replace(values, due_on=heading.due_on)
        return replace(request, values=merged(heading, values))

    def _act(self, frame: Frame) -> None:
        request = self.request(frame)
        if frame.intent == "update" and self._adds_to_new_task(request):
            self.requests[-1] = _with_values(self.requests[-1], self.request(frame, "add"))
        elif frame.intent in ACTS and not request.target:
            self.requests.append(replace(request, target=self._implied(request)))
        else:
            self.requests.append(request)

    def _on_shown_list(self, request: Request) -> Request:
        """Return a request with the list that "it" means: the one shown or added to last."""
        shown = self._state.filters.get("list") or self._state.values.list
        if not shown or request.values.list or not _is_pronoun(request):
            return request
        values = replace(request.values, list=shown)
        return replace(request, values=values, target=NO_TARGET)

    def _last_intent(self) -> Intent | None:
        before = self._before()
        return before.intent if before else self._state.intent

    def _before(self) -> Request | None:
        return self.requests[-1] if self.requests else None

    def _adds_to_new_task(self, request: Request) -> bool:
        """Whether a change is meant for a task that this message adds."""
        before, target = self._before(), request.target
        by_name = target.words or (target.ids and not target.missing and not _is_pronoun(request))
        return before is not None and before.intent == "add" and not by_name

    def _implied(self, request: Request) -> Target:
        """Return the tasks of a clause that names none: those of the clause or exchange before."""
        before = self._before()
        if before is not None and before.intent in ACTS:
            return before.target
        changed = self._state.intent in CHANGES and self._state.focus
        if request.intent == "update" and changed:
            return Target(self._state.focus)
        return NO_TARGET

    def _continued(self, frame: Frame) -> Request:
        """Return a fragment as one more of what came before ("and envelopes").

        What came before says what is meant, however short the fragment is.
        """
        if self._before() or self._state.intent in CHANGES | {"list"}:
            frame = replace(frame, confidence=1.0)
        last = self._before() or self._state
        intent: Intent = self._last_intent() or "add"
        names = frame.titles or frame.references
        if intent == "list" and names and not frame.text.endswith("?"):
            intent = "add"
        request = self.request(frame, intent)
        if intent in CHANGES and not names and not request.target:
            # "And due tomorrow" is about the same task.
            change = self.request(frame, "update")
            return replace(change, target=self._implied(change))
        if intent == "add":
            listed = last.values.list or self._state.filters.get("list")
            carried = replace(NO_VALUES, list=listed, due_on=last.values.due_on)
            values = merged(carried, request.values)
            return replace(request, titles=names, target=NO_TARGET, values=values)
        if intent == "list":
            return _with_status(request, self._state.filters.get("status"))
        target = request.target or Target(words=names)
        return replace(request, target=target, values=merged(last.values, request.values))

    def _correct(self, frame: Frame) -> None:
        """Replace what the clause before said, or else what the last exchange did."""
        before = self._before()
        if before is None:
            self.requests.append(self._corrected(frame))
            return
        request = self.request(frame, before.intent)
        names = frame.titles or frame.references
        self.requests[-1] = replace(
            before,
            titles=names if before.intent == "add" and names else before.titles,
            target=request.target or before.target,
            values=merged(before.values, request.values),
            new_title=request.new_title or before.new_title,
        )

    def _corrected(self, frame: Frame) -> Request:
        """Return the correction of the last exchange, in which any word for a time counts."""
        times = (replace(each, confidence=1.0) for each in frame.entities if each.kind == "when")
        others = (each for each in frame.entities if each.kind != "when")
        frame = replace(frame, entities=(*times, *others))
        state, request = self._state, self.request(frame, "update")
        names = frame.titles or frame.references
        focus = Target(state.focus)
        if request.target and request.values != NO_VALUES:
            # "Gym on friday instead" names its task.
            return request
        if state.intent in {None, "list", "plan"}:
            return self.request(frame, "list" if state.intent else "none")
        renames = state.intent == "update" and state.values == NO_VALUES
        if (state.intent == "add" or renames) and not request.target.ids:
            new_title = frame.new_title or (names[-1] if names else None)
            if new_title or request.values != NO_VALUES:
                return replace(request, target=focus, new_title=new_title, amends=True)
        elif request.values != NO_VALUES and not request.target:
            return replace(request, target=focus)
        return self._done_instead(frame, request)

    def _done_instead(self, frame: Frame, request: Request) -> Request:
        """Return what the last exchange did, for another task: "not the milk, the eggs"."""
        state = self._state
        again: Intent = state.intent or "none"
        target = self.request(frame, again).target
        if frame.new_title:
            target = Target(words=(frame.new_title,))
        if not target and frame.rest:
            # What it says is not understood, and so is asked.
            return replace(request, target=Target(state.focus))
        if state.intent == "add" or not target:
            return replace(request, intent="undo")
        return replace(request, intent=again, target=target, values=state.values, undo_first=True)


def _with_own_values(request: Request, now: datetime) -> list[Request]:
    """Return a request for each title where the titles have days or times of their own.

    "Pay rent tomorrow, call mom today" are two; in "milk and eggs tomorrow" the day is for both.
    """
    starts, behind = [], request.start
    for title in request.titles:
        starts.append(request.text.find(title, behind - request.start) + request.start)
        behind = starts[-1] + len(title)
    days = [each for each in request.entities if each.kind in {"when", "repeat", "delay"}]
    between = any(starts[0] < each.start < starts[-1] for each in days) if starts else False
    if not between:
        return [request]
    own: list[list[Entity]] = [[] for _ in starts]
    for entity in request.entities:
        own[max(0, sum(start <= entity.start for start in starts) - 1)].append(entity)
    return [
        replace(
            request,
            titles=(title,),
            entities=tuple(each),
            values=merged(
                replace(values_of(each, now), list=None),
                replace(NO_VALUES, list=request.values.list),
            ),
        )
        for title, each in zip(request.titles, own, strict=True)
    ]


def _with_status(request: Request, status: str | None) -> Request:
    """Return a question with the status of the one before ("and yesterday?")."""
    if status is None:
        return request
    return replace(request, entities=(Entity("status", 0, 0, status), *request.entities))


def _note(frame: Frame) -> str | None:
    """Return what is said beside a new task, so that nothing is lost: a reason, a place."""
    single = frame.intent == "add" and len(frame.titles) == 1
    return "\n".join(frame.rest) or None if single else None


def _is_pronoun(request: Request) -> bool:
    return any(each.kind == "pronoun" for each in request.entities)


def _with_values(request: Request, more: Request) -> Request:
    return replace(
        request,
        values=merged(request.values, more.values),
        description=more.description or request.description,
        entities=(*request.entities, *more.entities),
    )

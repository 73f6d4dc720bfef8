"""Completes frames with what the conversation left: "it", "also eggs", "no, saturday"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from chat_api.assistant import entities, frames
from chat_api.assistant.answers import Answer, answered
from chat_api.assistant.clauses import (
    Headings,
    by_signs,
    has_day,
    needs_date,
    noted,
    opened_list,
    quoted,
    quoted_title,
    to_do,
    with_items,
    with_last_list,
    with_new_title,
)
from chat_api.assistant.evidence import WORTH_ASKING
from chat_api.assistant.exchange import Exchange
from chat_api.assistant.frame import ACTS, CHANGES, NO_TARGET, Frame, Intent, Request
from chat_api.assistant.moments import asked_if_torn, on_same_day, with_own_moments
from chat_api.assistant.state import State
from chat_api.assistant.target import described_and_set, on_list, target_of
from chat_api.assistant.titles import carries
from chat_api.assistant.values import NO_VALUES, changes_of, levels_in, merged, setting, values_of


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
    return dialogue.all_requests()


class _Dialogue:
    """The requests of a message so far."""

    def __init__(self, state: State, now: datetime, text: str) -> None:
        self._state = state
        self._now = now
        self.requests: list[Request] = []
        self._text = text
        self._headings = Headings(text)
        self._opened: str | None = None

    def read(self, text: str, intent: Intent) -> Request:
        """Read a text as one command of an intent."""
        (frame,) = frames.read(text, entities.find(text, self._now.date()), intent=intent)
        return self.request(frame)

    def all_requests(self) -> tuple[Request, ...]:
        """Return the requests of the message; a list that it only makes asks what to put there."""
        if self._opened:
            self.requests = [_on_list(each, self._opened) for each in self.requests]
            if not any(each.intent == "add" for each in self.requests):
                self.requests.append(Request("add", values=replace(NO_VALUES, list=self._opened)))
        return tuple(map(self._put_back, _with_shared_values(self.requests)))

    def _put_back(self, request: Request) -> Request:
        """Return a change of the task that was deleted last, which it puts back on the list."""
        ids = request.target.ids
        deleted = self._state.intent == "delete" and request.intent == "update"
        return (
            replace(request, undo_first=True)
            if ids and deleted and ids == self._state.focus
            else request
        )

    def request(self, frame: Frame, intent: Intent | None = None) -> Request:
        """Return a frame as a request by its own words and the tasks that it refers to."""
        frame = with_new_title(replace(frame, intent=intent or frame.intent))
        described, given = described_and_set(frame)
        if frame.intent == "update":
            given += levels_in(_without_names(frame), given)
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
        frame = noted(self._reread(frame))
        if fragment := self._exchange().fragment(frame):
            self.requests += fragment
        elif name := opened_list(frame):
            self._opened = name
        else:
            self._add_whole(frame)

    def _add_whole(self, frame: Frame) -> None:
        match frame.intent:
            case "more":
                continued = self._exchange().continued(frame)
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
        frame = with_last_list(by_signs(frame))
        if frame.intent == "yes" and not self._state.question:
            # There is nothing to say yes to: "yeah bought all of that".
            likely = (each for each in frame.alternatives if each.confidence >= WORTH_ASKING)
            frame = next((each for each in likely if each.intent in ACTS), frame)
        if self._names_nothing(frame):
            return replace(frame, intent="update", confidence=1.0, titles=(), alternatives=())
        if frame.intent == "add" and needs_date(frame):
            # "Remind me two hours before the podiatrist" is about a task that is there.
            return replace(frame, intent="update", titles=(), references=frame.titles)
        return frame

    def _names_nothing(self, frame: Frame) -> bool:
        """Whether values stand beside no name: "for the 18th 🙏", "I need them all by friday"."""
        named = any(_has_letter(title) and carries(title) for title in frame.titles)
        added = frame.intent == "add" and frame.titles and not named
        return bool(added and setting(frame.entities) and self._state.intent in CHANGES)

    def _take_back(self, request: Request) -> None:
        """Drop the clause before, or ask whether to undo what the last exchange did."""
        if self.requests and self.requests[-1].intent == "undo":
            # "Oops, not yet" says it twice.
            return
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
            if request.values.list and "all" in request.text.casefold().split():
                # "Roses, floral tape, all on my wedding list".
                self.requests = [_on_list(each, request.values.list) for each in self.requests]
            worded = tuple(filter(_has_letter, request.titles))
            if self.requests and request.titles and not worded:
                self._add_signs(request)
                return
            request = replace(request, titles=worded or request.titles)
            for each in with_own_moments(request, self._now):
                on_day = on_same_day(each, self._before(), self._text, self._now)
                self.requests.append(asked_if_torn(on_day, self._now))
        else:
            # "Are eggs on my list? If not, add them."
            self.requests[-1] = replace(request, titles=before.target.words, target=NO_TARGET)

    def _add_signs(self, request: Request) -> None:
        """Keep what has no letter and so is no title as the note of the task before: "£12"."""
        before = self._before()
        amounts = [each for each in request.titles if any(map(str.isdigit, each))]
        if before and before.intent == "add" and amounts:
            note = "\n".join(filter(None, [before.description, *amounts]))
            self.requests[-1] = replace(before, description=note)

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
        elif frame.intent == "update" and self._is_of_before(request):
            self._change_more(request)
        elif frame.intent in ACTS and not request.target:
            self.requests.append(replace(request, target=self._exchange().implied(request)))
        else:
            self.requests.append(request)

    def _on_shown_list(self, request: Request) -> Request:
        """Return a request with the list that "it" means: the one shown or added to last."""
        shown = self._state.filters.get("list") or self._state.values.list
        if not shown or request.values.list or not _is_pronoun(request):
            return request
        values = replace(request.values, list=shown)
        return replace(request, values=values, target=NO_TARGET)

    def _exchange(self) -> Exchange:
        return Exchange(self._state, self._before(), self._now.date(), self.request)

    def _before(self) -> Request | None:
        return self.requests[-1] if self.requests else None

    def _adds_to_new_task(self, request: Request) -> bool:
        """Whether a change is meant for a task that this message adds."""
        before, target = self._before(), request.target
        by_name = target.words or (target.ids and not target.missing and not _is_pronoun(request))
        return before is not None and before.intent == "add" and not by_name

    def _is_of_before(self, request: Request) -> bool:
        """Whether "it" is what the clause before changes: "rent to friday and make it high"."""
        before = self._before()
        named = before is not None and before.intent in ACTS and bool(before.target.words)
        return named and not request.target.words and _is_pronoun(request)

    def _change_more(self, request: Request) -> None:
        """Add what is said of "it" to the change before, or change what that has completed."""
        before = self.requests[-1]
        if before.intent == "update" and not (request.new_title or before.new_title):
            self.requests[-1] = _with_values(before, request)
        else:
            self.requests.append(replace(request, target=before.target))

    def _correct(self, frame: Frame) -> None:
        """Replace what the clause before said, or else what the last exchange did."""
        before = self._before()
        if before is None:
            self.requests.append(self._exchange().corrected(frame))
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


def _without_names(frame: Frame) -> str:
    """Return a clause without the names of its tasks: of "the high chair to low" the rest."""
    names = map(re.escape, (*frame.references, *filter(None, [frame.new_title])))
    return re.sub("|".join(names) or r"$", " ", frame.text)


def _has_letter(title: str) -> bool:
    return any(map(str.isalpha, title))


def _with_shared_values(requests: Sequence[Request]) -> Iterator[Request]:
    """Yield the requests; of "push sand and the skip to friday" the day is for both."""
    for place, each in enumerate(requests):
        behind = requests[place + 1] if place + 1 < len(requests) else each
        changes = (one for one in each.readings if one.intent == "update" and one.target.words)
        change = next((one for one in changes if one.confidence >= WORTH_ASKING), None)
        shared = behind.intent == "update" and behind.values != NO_VALUES
        if change and not change.sets and shared and each.intent in {"none", "update"}:
            yield replace(change, values=behind.values, confidence=behind.confidence)
        else:
            yield each


def _on_list(request: Request, name: str) -> Request:
    """Return a new task on a list, if it has none."""
    if request.intent in {"none", "foreign"}:
        adds = [each for each in request.alternatives if each.intent == "add"]
        request = adds[0] if adds else request
    if request.intent != "add" or request.values.list:
        return request
    return replace(request, values=replace(request.values, list=name), confidence=1.0)


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

"""Clauses that lean on the exchange before: they continue it, correct it, or give it a value.

Such a clause is read first as a value ("the 18th"), then as a filter of the list that was shown
("only high"), and then as another object of what was done last ("and the butter").
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from chat_api.assistant import entities, words
from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.entity import Entity, Repeat, When
from chat_api.assistant.frame import CHANGES, NO_TARGET, Frame, Intent, Request, Target
from chat_api.assistant.repeats import DAY_CODES
from chat_api.assistant.state import State
from chat_api.assistant.titles import carries, match_title, named_in, parts_of
from chat_api.assistant.values import NO_VALUES, levels_in, merged, setting

_WORD = re.compile(r"[^\W\d_]+(?:['’]\w+)?")
_BARE_HOUR = re.compile(r"(?<![\w#:./@-])(?<!at )(\d{1,2})\s*$")
_NOT = re.compile(r"\b(?:not|no)\b", re.IGNORECASE)
_MORE = ("and ", "also ", "plus ")
_NEGATIONS = ("not", "except")
_ONLY = frozenset({"only", "just"})
# What stands beside a value that is all a message says.
_SAID_BESIDE = """
not then ok okay oh ah ugh hm hmm all same time mark set put move change push keep leave
"""
_BESIDE = words.REPAIRING | _ONLY | frozenset(_SAID_BESIDE.split())
# What such a message is not, whatever values it has.
_WHOLE: frozenset[Intent] = frozenset({"undo", "thanks", "greeting", "about"})


@dataclass(frozen=True)
class Exchange:
    """What a clause may lean on: the exchange before, or the clause before.

    Attributes:
        state: What the last exchange left.
        before: The clause before in the same message.
        today: The user's date.
        read: Reads a frame as an intent.

    """

    state: State
    before: Request | None
    today: date
    read: Callable[[Frame, Intent], Request]

    @property
    def last_intent(self) -> Intent | None:
        """What was done last."""
        return self.before.intent if self.before else self.state.intent

    def fragment(self, frame: Frame) -> tuple[Request, ...]:
        """Return what a message that is no whole sentence says of the last exchange, if it is."""
        if self.before or self.state.intent not in CHANGES | {"list"}:
            return ()
        return self._taken_back(frame) or self._valued(frame)

    def _valued(self, frame: Frame) -> tuple[Request, ...]:
        """Return values alone as a change of the last tasks, or as a filter of the last list."""
        frame = replace(frame, text=self._timed(frame.text))
        every = _values_in(frame.text, self.today)
        found = _without_replaced(every, frame.text)
        beside = set(map(str.casefold, _WORD.findall(_without(frame.text, every))))
        valued = setting(found) or any(each.kind == "shift" for each in found)
        if frame.intent in _WHOLE or not valued or any(carries(each) for each in beside - _BESIDE):
            return ()
        plain = Frame(frame.intent, 1.0, frame.text, entities=found)
        if self.state.intent == "list":
            is_question = frame.intent != "update" or not beside or beside & (_ONLY | {"and"})
            return (self._filtered(plain, all_of_it=bool(beside & _ONLY)),) if is_question else ()
        if self.state.intent not in {"add", "update"} or frame.text.rstrip().endswith("?"):
            return ()
        request = self.read(plain, "update")
        more = frame.text.casefold().startswith(_MORE)
        rule = _with_days(
            self.state.values.repeat, frame.text, every, only=bool(beside & _ONLY), more=more
        )
        if rule:
            request = replace(request, values=replace(request.values, due_on=None, repeat=rule))
        return (replace(request, target=request.target or Target(self.state.focus)),)

    def _timed(self, text: str) -> str:
        """Return "actually 11" as "actually at 11", where a time was set last."""
        return _BARE_HOUR.sub(r"at \1", text) if self.state.values.due_time else text

    def _filtered(self, frame: Frame, *, all_of_it: bool) -> Request:
        """Return a list with further filters: "only high" keeps those before, "and friday?" few."""
        before, request = self.state.filters, self.read(frame, "list")
        names = before.keys() - {"cursor"} if all_of_it else before.keys() & {"list"}
        if status := before.get("status"):
            # With it a day is when something was done, or is due.
            found = (Entity("status", 0, 0, status), *request.entities)
            request = replace(request, entities=found)
        return replace(request, within={name: before[name] for name in names})

    def _taken_back(self, frame: Frame) -> tuple[Request, ...]:
        """Return "not the strings" as what opens them again, where they were completed.

        "I meant the applesauce, not the diapers" completes the other task too.
        """
        negated = _NOT.search(frame.text) if self.state.intent == "complete" else None
        if not negated:
            return ()
        known = self.state.tasks
        focus = [known[each] for each in self.state.focus if each in known]
        wrong = named_in(frame.text[negated.end() :], focus)
        if len(wrong) != 1:
            return ()
        others = [task for task in known.values() if task not in focus and not task.completed]
        right = tuple(
            task.id for task in _corrected_to(frame, frame.text[: negated.start()], others)
        )
        back = Request("reopen", frame.text, target=Target((wrong[0].id,)))
        return (back, Request("complete", frame.text, target=Target(right))) if right else (back,)

    def implied(self, request: Request) -> Target:
        """Return the tasks of a clause that names none: those of the clause or exchange before."""
        if self.before is not None and self.before.intent in CHANGES - {"add"}:
            return self.before.target
        if request.intent == "complete" and self.state.intent == "list":
            # "Done", about the one task that was shown.
            return Target(self.state.shown) if len(self.state.shown) == 1 else NO_TARGET
        changed = self.state.intent in CHANGES and self.state.focus
        return Target(self.state.focus) if request.intent == "update" and changed else NO_TARGET

    def continued(self, frame: Frame) -> Request:
        """Return a fragment as one more of what came before ("and envelopes").

        What came before says what is meant, however short the fragment is.
        """
        state = self.state
        if self.before or state.intent in CHANGES | {"list"}:
            frame = replace(frame, confidence=1.0)
        last = self.before or state
        intent: Intent = self.last_intent or "add"
        names = frame.titles or frame.references
        if frame.text.rstrip().endswith("?"):
            # A question changes nothing.
            return self._filtered(frame, all_of_it=False)
        if intent == "list" and names and state.filters.get("list"):
            intent = "add"
        request = self.read(frame, intent)
        if intent in CHANGES and not names and not request.target:
            # "And due tomorrow" is about the same task.
            change = self.read(frame, "update")
            return replace(change, target=self.implied(change))
        if intent == "add":
            listed = last.values.list or state.filters.get("list")
            carried = replace(NO_VALUES, list=listed, due_on=last.values.due_on)
            same = "same" in frame.text.casefold().split()
            values = merged(last.values if same else carried, request.values)
            return replace(request, titles=names, target=NO_TARGET, values=values)
        if intent == "list":
            return self._filtered(frame, all_of_it=False)
        target = request.target or Target(words=names)
        return replace(request, target=target, values=merged(last.values, request.values))

    def corrected(self, frame: Frame) -> Request:
        """Return the correction of the last exchange: another value, title or task."""
        state, request = self.state, self.read(frame, "update")
        names = frame.titles or frame.references
        focus = Target(state.focus)
        if request.target and request.values != NO_VALUES:
            # "Gym on friday instead" names its task.
            return request
        if state.intent in {None, "list", "plan"}:
            return self.read(frame, "list" if state.intent else "none")
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
        state = self.state
        again: Intent = state.intent or "none"
        target = self.read(frame, again).target
        if frame.new_title:
            target = Target(words=(frame.new_title,))
        same = target.ids == state.focus and not target.words
        if (same or not target) and frame.rest:
            # What it says of the same task is not understood, and so is asked.
            return replace(request, target=Target(state.focus))
        if state.intent == "add" or not target:
            return replace(request, intent="undo")
        return replace(request, intent=again, target=target, values=state.values, undo_first=True)


def _corrected_to(
    frame: Frame, before: str, tasks: Sequence[TaskSnapshot]
) -> tuple[TaskSnapshot, ...]:
    """Return the other tasks that a correction names, before "not" or as the models read it."""
    names = (*frame.references, *parts_of(frame.text))
    matches = (match_title(each, tasks) for each in names)
    read = dict.fromkeys(each.tasks[0] for each in matches if each.whole and len(each.tasks) == 1)
    return named_in(before, tasks) or tuple(read)


def _values_in(text: str, today: date) -> tuple[Entity, ...]:
    """Return the finds of a fragment, in which any word for a value counts."""
    found = [
        replace(each, confidence=1.0) if each.kind in {"when", "priority"} else each
        for each in entities.find(text, today)
    ]
    return (*found, *levels_in(text, found))


def _without_replaced(found: Sequence[Entity], text: str) -> tuple[Entity, ...]:
    """Return the finds without the days that another takes the place of: "not sunday, saturday"."""
    days = [each for each in found if each.kind == "when"]
    wanted = [each for each in days if not _is_negated(each, text)]
    return tuple(each for each in found if not wanted or each not in days or each in wanted)


def _is_negated(entity: Entity, text: str) -> bool:
    return text[: entity.start].casefold().rstrip().endswith(_NEGATIONS)


def _without(text: str, found: Iterable[Entity]) -> str:
    spans = [(each.start, each.end) for each in found]
    return "".join(
        " " if any(start <= place < end for start, end in spans) else letter
        for place, letter in enumerate(text)
    )


def _with_days(
    rule: str | None, text: str, found: Sequence[Entity], *, only: bool, more: bool
) -> str | None:
    """Return a rule of days, weeks or months with the days that a correction names, if any."""
    parts = dict(part.split("=") for part in (rule or "").split(";") if "=" in part)
    dates = [each.value.first for each in found if isinstance(each.value, When)]
    if "BYMONTHDAY" in parts and len(dates) == 1 and dates[0]:
        return _rule({**parts, "BYMONTHDAY": str(dates[0].day)})
    weekly = parts.get("FREQ") == "WEEKLY" and "BYDAY" in parts
    if not weekly and parts != {"FREQ": "DAILY"}:
        return None
    named: dict[str, bool] = {}
    for each in found:
        negated = _is_negated(each, text)
        if isinstance(each.value, Repeat) and (negated or more):
            _, _, off = each.value.rule.partition("BYDAY=")
            named |= {code: negated for code in DAY_CODES if code in off}
        day = each.value.first if isinstance(each.value, When) else None
        if day and f"{day:%a}".casefold() in text[each.start : each.end].casefold():
            named[DAY_CODES[day.weekday()]] = _is_negated(each, text)
    wanted = [day for day in DAY_CODES if named.get(day) is False]
    if wanted and not weekly and not only and len(wanted) == 1:
        return None
    old = parts.get("BYDAY", ",".join(DAY_CODES)).split(",")
    kept = [day for day in old if day not in named]
    days = [day for day in DAY_CODES if day in {*kept, *wanted}] if more else wanted or kept
    if not named or not days:
        return None
    return _rule({**parts, "FREQ": "WEEKLY", "BYDAY": ",".join(days)})


def _rule(parts: Mapping[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())

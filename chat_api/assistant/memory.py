"""What a conversation was about: the tasks that "it" and "the second one" can mean."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from chat_api.assistant import phrase
from chat_api.assistant.contract import CompletedCall, TaskSnapshot, Transcript, TranscriptTurn

_AT_LOSS = {phrase.REMARKS["unsure"], phrase.REMARKS["beyond"]}
_MENTION = re.compile(r"\*\*#(\d+)\*\*|\btask (\d+)\b")


@dataclass(frozen=True)
class Group:
    """Tasks that were listed together, or acted on together."""

    tasks: tuple[TaskSnapshot, ...]
    listed: bool = False

    def is_within(self, others: Iterable["Group"]) -> bool:
        """Whether there are more tasks, and all of these, in another group."""
        ids = {task.id for task in self.tasks}
        return any(
            len(self.tasks) < len(other.tasks) and ids <= {task.id for task in other.tasks}
            for other in others
        )


@dataclass(frozen=True)
class Memory:
    """Groups of tasks that were listed or acted on, the newest first.

    `short` is the newest list if it had one task or none: then an ordinal counts in it and in
    nothing older. `at_loss` says that the last message was not understood, so that "it" may mean
    what nobody found.
    """

    groups: tuple[Group, ...] = ()
    short: tuple[TaskSnapshot, ...] | None = None
    at_loss: bool = False

    @property
    def newest(self) -> tuple[TaskSnapshot, ...]:
        """What the conversation was just about."""
        return self.groups[0].tasks if self.groups else ()

    @property
    def shown(self) -> tuple[TaskSnapshot, ...]:
        """The tasks that an ordinal counts: the newest list or group of several, or all in turn."""
        if self.short is not None:
            return self.short
        counted = self._counted
        acted = (group for group in reversed(self.groups) if not group.listed)
        in_turn = {task.id: task for group in acted for task in group.tasks}
        return counted.tasks if counted else tuple(in_turn.values())

    @property
    def left(self) -> tuple[TaskSnapshot, ...]:
        """The tasks that were shown, without those that were acted on since: "the others"."""
        counted = self._counted if self.short is None else None
        if not counted or not counted.listed:
            return ()
        since = self.groups[: self.groups.index(counted)]
        acted = {task.id for group in since for task in group.tasks}
        return tuple(task for task in counted.tasks if task.id not in acted)

    @property
    def _counted(self) -> Group | None:
        """The newest group of several that is no part of an older one, unless it was listed."""
        several = [group for group in self.groups if len(group.tasks) > 1]
        whole = (g for n, g in enumerate(several) if g.listed or not g.is_within(several[n + 1 :]))
        return next(whole, None)

    def newest_of(self, count: int) -> tuple[TaskSnapshot, ...]:
        """Return what was spoken of last: one group, or several that make up `count` tasks."""
        found: dict[int, TaskSnapshot] = {}
        for group in self.groups if self.short is None else ():
            if len(found) >= count:
                break
            found = {task.id: task for task in group.tasks} | found
        return tuple(found.values()) if len(found) == count else self.newest

    def after(self, tasks: tuple[TaskSnapshot, ...]) -> "Memory":
        """Return the memory once `tasks` were acted on."""
        if not tasks:
            return self
        return replace(self, groups=(Group(tasks), *self.groups), short=None)


def remember(transcript: Transcript) -> Memory:
    """Return what the turns before the current one were about."""
    turns = tuple(reversed(transcript.turns[:-1]))
    both = [(_acted(turn), _shown(turn)) for turn in turns]
    found = (group for acted, shown in both for group in (Group(acted), Group(shown, listed=True)))
    lost = bool(turns) and not turns[0].done and turns[0].reply.strip() in _AT_LOSS
    called = (tasks for tasks, turn in zip(both, turns, strict=True) if turn.done)
    return Memory(tuple(group for group in found if group.tasks), _short(called), lost)


def _short(
    turns: Iterable[tuple[tuple[TaskSnapshot, ...], tuple[TaskSnapshot, ...]]],
) -> tuple[TaskSnapshot, ...] | None:
    """Return the newest list if that is of one task or none, and no other was acted on since.

    `turns` are what was acted on and what was shown in those that called a tool, the newest first.
    """
    since: set[int] = set()
    for acted, shown in turns:
        if len(acted) > 1 or len(shown) > 1:
            return None
        if not acted:
            return shown if since <= {task.id for task in shown} else None
        since |= {task.id for task in acted}
    return None


def _writes(turn: TranscriptTurn) -> list[CompletedCall]:
    return [done for done in turn.done if done.call.name != "list_tasks"]


def _acted(turn: TranscriptTurn) -> tuple[TaskSnapshot, ...]:
    return tuple({task.id: task for done in _writes(turn) for task in done.result.tasks}.values())


def _shown(turn: TranscriptTurn) -> tuple[TaskSnapshot, ...]:
    """Return the listed tasks that the person saw; a look-up that a reply is silent on shows none.

    The built-in assistant marks them by number; what another model listed is told by its titles.
    """
    lists = [done for done in turn.done if done.call.name == "list_tasks"]
    listed = {task.id: task for done in lists for task in done.result.tasks}
    seen = {int(found[1] or found[2]) for found in _MENTION.finditer(turn.reply)}
    marked = tuple(task for task in listed.values() if task.id in seen)
    if marked or _writes(turn):
        return marked
    said = turn.reply.casefold()
    return tuple(task for task in listed.values() if task.title.casefold() in said)


def last_list(transcript: Transcript) -> CompletedCall | None:
    """Return the newest call that listed tasks, for the next page of it."""
    turns = reversed(transcript.turns[:-1])
    calls = (done for turn in turns for done in reversed(turn.done))
    return next((done for done in calls if done.call.name == "list_tasks"), None)

"""What a conversation was about: the tasks that "it" and "the second one" can mean."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from chat_api.agent.offline import phrase
from chat_api.agent.offline.conversation import Conversation, Done, Task, Turn

_AT_LOSS = {phrase.REMARKS["unsure"], phrase.REMARKS["beyond"]}
_MENTION = re.compile(r"\*\*#(\d+)\*\*|\btask (\d+)\b")


@dataclass(frozen=True)
class Memory:
    """Groups of tasks that were listed or acted on together, the newest first.

    `lists` are those that were listed. `short` is the newest list if it had one task or none: then
    an ordinal counts in it and in nothing older. `at_loss` says that the last message was not
    understood, so that "it" may mean what nobody found.
    """

    groups: tuple[tuple[Task, ...], ...] = ()
    lists: tuple[tuple[Task, ...], ...] = ()
    short: tuple[Task, ...] | None = None
    at_loss: bool = False

    @property
    def newest(self) -> tuple[Task, ...]:
        """What the conversation was just about."""
        return self.groups[0] if self.groups else ()

    @property
    def shown(self) -> tuple[Task, ...]:
        """The tasks that an ordinal counts: the newest list or group of several, or all in turn."""
        if self.short is not None:
            return self.short
        several = [group for group in self.groups if len(group) > 1]
        listed = next(
            (
                group
                for n, group in enumerate(several)
                if group in self.lists or not _is_within(group, several[n + 1 :])
            ),
            None,
        )
        acted = [group for group in reversed(self.groups) if group not in self.lists]
        return listed or tuple({task.id: task for group in acted for task in group}.values())

    @property
    def left(self) -> tuple[Task, ...]:
        """The tasks that were shown, without those that were acted on since: "the others"."""
        shown = self.shown
        if len(shown) < 2 or shown not in self.lists:
            return ()
        since = self.groups[: self.groups.index(shown)]
        acted = {task.id for group in since for task in group}
        return tuple(task for task in shown if task.id not in acted)

    def newest_of(self, count: int) -> tuple[Task, ...]:
        """Return what was spoken of last: one group, or several that make up `count` tasks."""
        found: dict[int, Task] = {}
        for group in self.groups if self.short is None else ():
            if len(found) >= count:
                break
            found = {task.id: task for task in group} | found
        return tuple(found.values()) if len(found) == count else self.newest

    def after(self, tasks: tuple[Task, ...]) -> "Memory":
        """Return the memory once `tasks` were acted on."""
        return replace(self, groups=(tasks, *self.groups), short=None) if tasks else self


def _is_within(group: tuple[Task, ...], older: list[tuple[Task, ...]]) -> bool:
    """Whether tasks that were acted on together are some of those that were shown before."""
    ids = {task.id for task in group}
    return any(len(group) < len(one) and ids <= {task.id for task in one} for one in older)


def remember(conversation: Conversation) -> Memory:
    """Return what the turns before the current one were about."""
    turns = tuple(reversed(conversation.turns[:-1]))
    found = tuple(group for turn in turns for group in (_acted(turn), _shown(turn)) if group)
    lists = tuple(group for turn in turns if (group := _shown(turn)))
    lost = bool(turns) and not turns[0].done and turns[0].reply.strip() in _AT_LOSS
    return Memory(found, lists, _short(turns), lost)


def _short(turns: Iterable[Turn]) -> tuple[Task, ...] | None:
    """Return the newest list if that is of one task or none, and no other was acted on since."""
    since: set[int] = set()
    for turn in turns:
        acted, shown = _acted(turn), _shown(turn)
        if len(acted) > 1 or len(shown) > 1:
            return None
        if turn.done and not acted:
            return shown if since <= {task.id for task in shown} else None
        since |= {task.id for task in acted}
    return None


def _writes(turn: Turn) -> list[Done]:
    return [done for done in turn.done if done.call.name != "list_tasks"]


def _acted(turn: Turn) -> tuple[Task, ...]:
    return tuple({task.id: task for done in _writes(turn) for task in done.result.tasks}.values())


def _shown(turn: Turn) -> tuple[Task, ...]:
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


def last_list(conversation: Conversation) -> Done | None:
    """Return the newest call that listed tasks, for the next page of it."""
    turns = reversed(conversation.turns[:-1])
    calls = (done for turn in turns for done in reversed(turn.done))
    return next((done for done in calls if done.call.name == "list_tasks"), None)

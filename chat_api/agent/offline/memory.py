"""What a conversation was about: the tasks that "it" and "the second one" can mean."""

import re
from dataclasses import dataclass

from chat_api.agent.offline.conversation import Conversation, Done, Task, Turn

_MENTION = re.compile(r"\*\*#(\d+)\*\*")


@dataclass(frozen=True)
class Memory:
    """Groups of tasks that were listed or acted on together, the newest first."""

    groups: tuple[tuple[Task, ...], ...] = ()

    @property
    def newest(self) -> tuple[Task, ...]:
        """What the conversation was just about."""
        return self.groups[0] if self.groups else ()

    @property
    def shown(self) -> tuple[Task, ...]:
        """The tasks that an ordinal counts: the newest group of several, or all one by one."""
        several = [group for group in self.groups if len(group) > 1]
        listed = next(
            (one for n, one in enumerate(several) if not _is_within(one, several[n + 1 :])), None
        )
        return listed or tuple({t.id: t for group in reversed(self.groups) for t in group}.values())

    @property
    def left(self) -> tuple[Task, ...]:
        """The tasks that were shown, without those that were acted on since: "the others"."""
        shown = self.shown
        if len(shown) < 2 or shown not in self.groups:
            return ()
        since = self.groups[: self.groups.index(shown)]
        acted = {task.id for group in since for task in group}
        return tuple(task for task in shown if task.id not in acted)

    def newest_of(self, count: int) -> tuple[Task, ...]:
        """Return what was spoken of last: one group, or several that make up `count` tasks."""
        found: dict[int, Task] = {}
        for group in self.groups:
            if len(found) >= count:
                break
            found = {task.id: task for task in group} | found
        return tuple(found.values()) if len(found) == count else self.newest

    def after(self, tasks: tuple[Task, ...]) -> "Memory":
        """Return the memory once `tasks` were acted on."""
        return Memory((tasks, *self.groups)) if tasks else self


def _is_within(group: tuple[Task, ...], older: list[tuple[Task, ...]]) -> bool:
    """Whether tasks that were acted on together are some of those that were shown before."""
    ids = {task.id for task in group}
    return any(len(group) < len(one) and ids <= {task.id for task in one} for one in older)


def remember(conversation: Conversation) -> Memory:
    """Return what the turns before the current one were about."""
    groups = (_groups(turn) for turn in reversed(conversation.turns[:-1]))
    return Memory(tuple(group for found in groups for group in found if group))


def _groups(turn: Turn) -> tuple[tuple[Task, ...], ...]:
    writes = [done for done in turn.done if done.call.name != "list_tasks"]
    acted = {task.id: task for done in writes for task in done.result.tasks}
    lists = [done for done in turn.done if done.call.name == "list_tasks"]
    return tuple(acted.values()), _shown(lists, turn.reply, written=bool(writes))


def _shown(lists: list[Done], reply: str, *, written: bool) -> tuple[Task, ...]:
    """Return the listed tasks that the person saw; a look-up before a write shows none."""
    listed = {task.id: task for done in lists for task in done.result.tasks}
    seen = {int(number) for number in _MENTION.findall(reply)}
    mentioned = tuple(task for task in listed.values() if task.id in seen)
    return mentioned or (() if written else tuple(listed.values()))


def last_list(conversation: Conversation) -> Done | None:
    """Return the newest call that listed tasks, for the next page of it."""
    turns = reversed(conversation.turns[:-1])
    calls = (done for turn in turns for done in reversed(turn.done))
    return next((done for done in calls if done.call.name == "list_tasks"), None)

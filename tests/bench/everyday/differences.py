"""The tasks after a turn, compared with one expectation."""

from dataclasses import replace

from tests.bench.everyday.expectation import ChangedTask, Expectation, NewTask
from tests.bench.everyday.fields import Problem, change_problems, new_task_problems
from tests.bench.everyday.titles import (
    ALIKE,
    find,
    lost_words,
    same_title,
    similarity,
    text_of,
    words,
)
from tests.bench.everyday.world import PlayedTurn, Task


def differences(expected: Expectation, turn: PlayedTurn) -> list[Problem]:
    """Return what of the tasks differs from what is expected."""
    comparison = _Comparison(turn)
    comparison.compare_added(expected.added)
    for title in expected.completed:
        comparison.compare_completed(title)
    for title in expected.deleted:
        comparison.compare_deleted(title)
    for change in expected.changed:
        comparison.compare_changed(change)
    comparison.compare_rest()
    return comparison.problems


class _Comparison:
    """Takes from what happened what was expected; what is left is too much."""

    def __init__(self, turn: PlayedTurn) -> None:
        self.problems: list[Problem] = []
        self._turn = turn
        self._added = list(turn.added)
        self._deleted = {task.id: task for task in turn.deleted}
        self._changed = {old.id: (old, new) for old, new in turn.changed}
        self._after = {task.id: task for task in turn.after}

    def compare_added(self, expected: tuple[NewTask, ...]) -> None:
        pairs = self._pairs(expected)
        for number, task in pairs.items():
            self._compare_new(expected[number], task)
            self._added.remove(task)
        present = set(words(text_of(self._turn.added)))
        for number, item in enumerate(expected):
            if number in pairs:
                continue
            if any(set(words(spelling)) <= present for spelling in item.title):
                text = f"“{item.title[0]}” is in another task's title"
                self.problems.append(Problem("title", text))
            else:
                self._miss(f"no task “{item.title[0]}”", item.title[-1])

    def _pairs(self, expected: tuple[NewTask, ...]) -> dict[int, Task]:
        """Return the task that is nearest to each expected one, by its number."""
        ranked = sorted(
            (
                (-similarity(task.title, item.title), self._distance(item, task), number, index)
                for number, item in enumerate(expected)
                for index, task in enumerate(self._added)
            )
        )
        found: dict[int, int] = {}
        for score, _, number, index in ranked:
            if -score >= ALIKE and number not in found and index not in found.values():
                found[number] = index
        return {number: self._added[index] for number, index in found.items()}

    def _distance(self, item: NewTask, task: Task) -> int:
        return len(list(new_task_problems(item, task, self._turn.sent_at)))

    def _compare_new(self, item: NewTask, task: Task) -> None:
        if not same_title(task.title, item.title):
            text = f"“{task.title}” instead of “{item.title[0]}”"
            lost = tuple(lost_words(item.title, self._turn.added))
            self.problems.append(Problem("title", text, lost))
        spare = set(words(task.title)) - {word for each in item.title for word in words(each)}
        described = set(words(task.description)) & set(words(self._turn.say))
        self.problems += [
            replace(problem, as_text=bool(spare or described))
            for problem in new_task_problems(item, task, self._turn.sent_at)
        ]

    def compare_completed(self, title: str) -> None:
        old = self._named(title, completed=False)
        if old is None:
            return
        new = self._after.get(old.id)
        self._changed.pop(old.id, None)
        if new is None or not (new.completed or _is_next_occurrence(old, new)):
            self._miss(f"“{title}” was not completed", title)
        elif old.repeat:
            # An occurrence that is done may be left behind as a task of its own.
            self._added = [task for task in self._added if task.title != old.title]

    def compare_deleted(self, title: str) -> None:
        old = self._named(title)
        if old is not None and self._deleted.pop(old.id, None) is None:
            self._miss(f"“{title}” was not deleted", title)

    def compare_changed(self, expected: ChangedTask) -> None:
        reopens = "completed" in expected.model_fields_set and not expected.completed
        old = self._named(expected.title, completed=reopens)
        if old is None:
            return
        self._changed.pop(old.id, None)
        new = self._after.get(old.id)
        if new is None:
            self._deleted.pop(old.id, None)
            self.problems.append(Problem("different", f"“{expected.title}” was deleted"))
            return
        problems = list(change_problems(expected, (old, new), self._turn.sent_at))
        if problems and new.facts == old.facts:
            self._miss(f"“{expected.title}” was not changed", expected.title)
        else:
            self.problems += problems

    def compare_rest(self) -> None:
        texts = [
            *(f"added “{task.title}”" for task in self._added),
            *(f"deleted “{task.title}”" for task in self._deleted.values()),
            *(f"changed “{old.title}”" for old, _ in self._changed.values()),
        ]
        self.problems += [Problem("extra", text) for text in texts]

    def _named(self, title: str, *, completed: bool | None = None) -> Task | None:
        """Return the task of before that a title names, rather one that is completed or not."""
        before = self._turn.before
        likely = [task for task in before if task.completed == completed]
        task = find(title, likely) or find(title, before)
        if task is None:
            self.problems.append(Problem("target", f"there was no task “{title}”"))
        return task

    def _miss(self, text: str, title: str) -> None:
        self.problems.append(Problem("missing", text, tuple(words(title))))


def _is_next_occurrence(old: Task, new: Task) -> bool:
    return bool(old.repeat and new.due_on and (not old.due_on or new.due_on > old.due_on))

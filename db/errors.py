"""Errors of the rules, one class for each rule.

TodoError
├── NotFound
│   ├── TaskNotFound
│   ├── ConversationNotFound
│   ├── MessageNotFound
│   ├── TurnNotFound
│   ├── AccessTokenNotFound
│   ├── NotificationNotFound
│   └── PushSubscriptionNotFound
├── ConversationBusy
├── TurnOver
├── NothingToUndo
│   └── NothingToUndoHere
├── NotTheNewestChange
├── IdempotencyMismatch
├── InvalidCursor
├── RefusedValue
│   ├── DueTimeWithoutDate
│   ├── RepeatFromWithoutRepeat
│   ├── TooManyTags
│   ├── ReminderWithoutDate
│   ├── ReminderInPast
│   ├── TooManyReminders
│   ├── TaskIsCompleted
│   ├── UnreadableReminder (db/reminder_spec.py)
│   └── RepeatError (db/repeat_rule.py)
├── TooManyAccessTokens
├── TooManyPushSubscriptions
└── DatabaseUnavailable
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID


class TodoError(Exception):
    """A rule was broken; `str(error)` is a sentence that may be shown to any caller."""

    code: ClassVar[str]


class NotFound(TodoError):
    """The user has no such row; another user's row is not distinguished from none."""


class TaskNotFound(NotFound):
    """There is no task of that number, or it was deleted."""

    code = "task_not_found"

    def __init__(self, task_id: int) -> None:
        super().__init__(f"No task {task_id}.")


class ConversationNotFound(NotFound):
    """There is no conversation of that id."""

    code = "conversation_not_found"

    def __init__(self) -> None:
        super().__init__("No such conversation.")


class MessageNotFound(NotFound):
    """There is no message of that id in the conversation."""

    code = "message_not_found"

    def __init__(self) -> None:
        super().__init__("No such message.")


class TurnNotFound(NotFound):
    """There is no turn of that id."""

    code = "turn_not_found"

    def __init__(self) -> None:
        super().__init__("No such turn.")


class AccessTokenNotFound(NotFound):
    """There is no token of that id, or it was revoked before."""

    code = "access_token_not_found"

    def __init__(self) -> None:
        super().__init__("No such access token.")


class NotificationNotFound(NotFound):
    """There is no notification of that id; they are deleted after thirty days."""

    code = "notification_not_found"

    def __init__(self) -> None:
        super().__init__("No such notification.")


class PushSubscriptionNotFound(NotFound):
    """There is no browser of that id that takes notifications."""

    code = "push_subscription_not_found"

    def __init__(self) -> None:
        super().__init__("No such push subscription.")


class ConversationBusy(TodoError):
    """A turn is running in the conversation; `turn_id` says which."""

    code = "conversation_busy"

    def __init__(self, turn_id: UUID) -> None:
        super().__init__("A reply is still being written in this conversation.")
        self.turn_id = turn_id


class TurnOver(TodoError):
    """The turn that a write belongs to has ended, and its reply is stored."""

    code = "turn_over"

    def __init__(self) -> None:
        super().__init__("The turn that asked for this is over.")


class NothingToUndo(TodoError):
    """Every change was taken back, or there is none."""

    code = "nothing_to_undo"

    def __init__(self) -> None:
        super().__init__("There is nothing to undo.")


class NothingToUndoHere(NothingToUndo):
    """This conversation made no change that can be taken back; `change_id` is the newest elsewhere.

    `action`, `task_id` and `title` say what that change did, and to which task.
    """

    code = "nothing_to_undo_here"

    def __init__(self, change_id: int, action: str, task_id: int, title: str) -> None:
        TodoError.__init__(self, "No change of this conversation can be taken back.")
        self.change_id = change_id
        self.action = action
        self.task_id = task_id
        self.title = title


class NotTheNewestChange(TodoError):
    """The change with the given id is not what undo would take back now."""

    code = "not_the_newest_change"

    def __init__(self) -> None:
        super().__init__("Other changes came after this one, or it was taken back already.")


class IdempotencyMismatch(TodoError):
    """The idempotency key was used before with other arguments."""

    code = "idempotency_mismatch"

    def __init__(self) -> None:
        super().__init__("This idempotency key was used before with other arguments.")


class InvalidCursor(TodoError):
    """The cursor was not issued by this list."""

    code = "invalid_cursor"

    def __init__(self) -> None:
        super().__init__("The cursor does not belong to this list; start again without it.")


class RefusedValue(TodoError):
    """A value breaks a rule of its own or does not go with others; `hint` says what to send."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}")
        self.message = message
        self.hint = hint


class DueTimeWithoutDate(RefusedValue):
    """A task without a due date can't be due at a time."""

    code = "due_time_without_date"

    def __init__(self) -> None:
        super().__init__("A time needs a date.", "Send due_on with due_time.")


class RepeatFromWithoutRepeat(RefusedValue):
    """What does not repeat has nothing to be counted from."""

    code = "repeat_from_without_repeat"

    def __init__(self) -> None:
        super().__init__("This task does not repeat.", "Send repeat with repeat_from.")


class TooManyTags(RefusedValue):
    """The task would have more tags than a task may have."""

    code = "too_many_tags"

    def __init__(self, limit: int) -> None:
        super().__init__(f"A task has at most {limit} tags.", "Send fewer, or remove_tags too.")


class ReminderWithoutDate(RefusedValue):
    """A task without a due date has nothing that a reminder could come before."""

    code = "reminder_without_date"

    def __init__(self, spec: str) -> None:
        super().__init__(
            f"The reminder {spec} needs a date.",
            "Send due_on too, or the reminder as in 20m or YYYY-MM-DDTHH:MM.",
        )


class ReminderInPast(RefusedValue):
    """The time of a reminder has passed."""

    code = "reminder_in_past"

    def __init__(self, spec: str, now: datetime) -> None:
        super().__init__(
            f"The reminder {spec} is in the past.", f"Send one after {now:%Y-%m-%dT%H:%M}."
        )


class TooManyReminders(RefusedValue):
    """The task would have more reminders than a task may have."""

    code = "too_many_reminders"

    def __init__(self, limit: int) -> None:
        super().__init__(f"A task has at most {limit} reminders.", "Send fewer.")


class TaskIsCompleted(RefusedValue):
    """A completed task reminds of nothing."""

    code = "task_is_completed"

    def __init__(self, task_id: int) -> None:
        super().__init__(f"Task {task_id} is completed.", "Reopen it first.")


class TooManyAccessTokens(TodoError):
    """The user has the highest number of valid tokens."""

    code = "too_many_access_tokens"

    def __init__(self, limit: int) -> None:
        super().__init__(f"There are {limit} access tokens already; revoke one first.")


class TooManyPushSubscriptions(TodoError):
    """The user has the highest number of browsers that take notifications."""

    code = "too_many_push_subscriptions"

    def __init__(self, limit: int) -> None:
        super().__init__(f"There are {limit} push subscriptions already; delete one first.")


class DatabaseUnavailable(TodoError):
    """Postgres can't be reached, or the connection was lost during the transaction."""

    code = "database_unavailable"

    def __init__(self) -> None:
        super().__init__("The database can't be reached just now; try again in a moment.")

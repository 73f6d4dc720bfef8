"""Errors of the rules, one class for each rule.

TodoError
├── NotFound
│   ├── TaskNotFound
│   ├── ConversationNotFound
│   ├── MessageNotFound
│   ├── TurnNotFound
│   ├── ListNotFound
│   ├── CalendarFeedNotFound
│   ├── AccessTokenNotFound
│   ├── NotificationNotFound (db/reminder_errors.py)
│   └── PushSubscriptionNotFound (db/reminder_errors.py)
├── ConversationBusy
├── TurnOver
├── NothingToUndo
│   └── NothingToUndoHere
├── NotTheNewestChange
├── VersionMismatch (db/task_values.py)
├── IdempotencyMismatch
├── TokenNotRepeated
├── InvalidCursor
├── RefusedValue
│   ├── DueTimeWithoutDate
│   ├── RepeatFromWithoutRepeat
│   ├── TooManyTags
│   ├── ReminderWithoutDate (db/reminder_errors.py)
│   ├── ReminderInPast (db/reminder_errors.py)
│   ├── TooManyReminders (db/reminder_errors.py)
│   ├── TaskIsCompleted (db/reminder_errors.py)
│   ├── EmailUnavailable (db/reminder_errors.py)
│   ├── EmailNotVerified (db/reminder_errors.py)
│   ├── UnreadableReminder (db/reminder_spec.py)
│   ├── ReservedListName
│   ├── ListArchived
│   ├── ListTasksUndecided
│   ├── RepeatError (db/repeat_rule.py)
│   └── UnreadableFile, TooManyTasks (db/import_values.py)
├── TooManyAccessTokens
├── TooManyPushSubscriptions (db/reminder_errors.py)
├── TooManyLists
├── ListNameTaken
├── NoAuthority
│   ├── AccountDeleted
│   └── TokenRevoked
├── RateLimited, TooManyTurns (db/ledger.py)
└── DatabaseUnavailable
    └── DatabaseReadOnly, SchemaOutdated (db/readiness.py)
"""

from collections.abc import Collection
from typing import ClassVar
from uuid import UUID


class TodoError(Exception):
    """A rule was broken; `str(error)` is a sentence that may be shown to any caller."""

    code: ClassVar[str]
    retry_after: int | None = None  # seconds, if the same request may then succeed


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


class CalendarFeedNotFound(NotFound):
    """No valid calendar feed has that token, or the user has none."""

    code = "calendar_feed_not_found"

    def __init__(self) -> None:
        super().__init__("No such calendar feed.")


class ListNotFound(NotFound):
    """There is no list of that name or id; `names` are those that there are."""

    code = "list_not_found"

    def __init__(self, name: str, names: Collection[str] = ()) -> None:
        super().__init__(f"No list “{name}”.")
        self.names = list(names)
        self.hint = f"There are: {', '.join(f'“{each}”' for each in names)}." if names else ""


class ConversationBusy(TodoError):
    """A turn is running in the conversation; `turn_id` says which."""

    code = "conversation_busy"
    retry_after = 2

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

    `action`, `task_id` and `title` say what that change did, and to which task, `text_by` who else
    than the user wrote its text.
    """

    code = "nothing_to_undo_here"

    def __init__(
        self, change_id: int, action: str, task_id: int, title: str, text_by: str | None
    ) -> None:
        TodoError.__init__(self, "No change of this conversation can be taken back.")
        self.change_id = change_id
        self.action = action
        self.task_id = task_id
        self.title = title
        self.text_by = text_by


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


class ReservedListName(RefusedValue, ValueError):
    """A list can't have a name that means the Inbox."""

    code = "reserved_list_name"

    def __init__(self) -> None:
        super().__init__("This name means the Inbox.", "Send another name.")


class ListArchived(RefusedValue):
    """A task can't be put into a list that is archived."""

    code = "list_archived"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The list “{name}” is archived.", "Bring it back first, or send another name."
        )


class ListTasksUndecided(RefusedValue):
    """A list with tasks is deleted only together with a decision about them."""

    code = "list_tasks_undecided"

    def __init__(self, tasks: int) -> None:
        super().__init__(
            f"Tasks are in this list: {tasks}.", "Send tasks=move_to_inbox or tasks=delete."
        )


class TooManyLists(TodoError):
    """The user has the highest number of lists."""

    code = "too_many_lists"

    def __init__(self, limit: int) -> None:
        super().__init__(f"There are {limit} lists already; delete one, or use one of them.")


class ListNameTaken(TodoError):
    """Another list is found by that name."""

    code = "list_name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"The list “{name}” has that name already.")


class TokenNotRepeated(TodoError):
    """A token was made for this idempotency key before; its secret is not stored."""

    code = "token_not_repeated"

    def __init__(self) -> None:
        super().__init__(
            "This token was made before and is shown only once; revoke it and make another."
        )


class TooManyAccessTokens(TodoError):
    """The user has the highest number of valid tokens."""

    code = "too_many_access_tokens"

    def __init__(self, limit: int) -> None:
        super().__init__(f"There are {limit} access tokens already; revoke one first.")


class NoAuthority(TodoError):
    """What a valid token stands for is over: it is refused as if it were not valid."""


class AccountDeleted(NoAuthority):
    """The user was erased; nothing is made in their name any more."""

    code = "account_deleted"

    def __init__(self) -> None:
        super().__init__("This account was deleted.")


class TokenRevoked(NoAuthority):
    """The token was issued before its user, or its client, revoked such tokens."""

    code = "token_revoked"

    def __init__(self) -> None:
        super().__init__("This token was revoked.")


class DatabaseUnavailable(TodoError):
    """Postgres can't be reached, or the connection was lost during the transaction."""

    code = "database_unavailable"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message or "The database can't be reached just now; try again in a moment."
        )

"""Errors of the rules of reminders, and of what becomes of them."""

from datetime import datetime

from db.errors import NotFound, RefusedValue, TodoError


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


class EmailUnavailable(RefusedValue):
    """No mail server is set."""

    code = "email_unavailable"

    def __init__(self) -> None:
        super().__init__("This installation sends no e-mail.", "Use the browser's notifications.")


class EmailNotVerified(RefusedValue):
    """The login token has no e-mail address that is known to be the user's."""

    code = "email_not_verified"

    def __init__(self) -> None:
        super().__init__(
            "No e-mail address of yours is verified.",
            "Verify it, and come with a token that has email and email_verified.",
        )


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


class TooManyPushSubscriptions(TodoError):
    """The user has the highest number of browsers that take notifications."""

    code = "too_many_push_subscriptions"

    def __init__(self, limit: int) -> None:
        super().__init__(f"There are {limit} push subscriptions already; delete one first.")

"""Reminders by e-mail, to the verified address of the user's login token."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, Field

from chat_api.problems import COMMON_PROBLEMS
from chat_api.routes.dependencies import Caller, ReminderEmailDep, RuntimeDep
from db.reminder_email import ReminderEmail
from db.reminder_errors import EmailNotVerified, EmailUnavailable

router = APIRouter(prefix="/reminder-email", tags=["notifications"], responses=COMMON_PROBLEMS)


class ReminderEmailOut(BaseModel):
    """Where reminders are mailed; `failures` counts those since the last success."""

    available: bool = Field(description="Whether this installation sends e-mail")
    address: str | None = Field(None, description="Null if no reminders are mailed")
    last_ok_at: datetime | None = None
    failures: int = 0
    last_error: str | None = None

    @classmethod
    def of(cls, email: ReminderEmail | None, *, available: bool) -> Self:
        """Build it from a row, if there is one."""
        if email is None:
            return cls(available=available)
        names = cls.model_fields.keys() - {"available"}
        return cls(available=available, **{name: getattr(email, name) for name in names})


@router.get("")
async def get_reminder_email(runtime: RuntimeDep, emails: ReminderEmailDep) -> ReminderEmailOut:
    """Return whether reminders are mailed, to which address, and how that goes."""
    return ReminderEmailOut.of(await emails.get(), available=runtime.channels.mail is not None)


@router.put("")
async def set_reminder_email(
    runtime: RuntimeDep, caller: Caller, emails: ReminderEmailDep
) -> ReminderEmailOut:
    """Mail reminders to the address of the login token from now on (`email`, `email_verified`)."""
    if runtime.channels.mail is None:
        raise EmailUnavailable
    if caller.email is None:
        raise EmailNotVerified
    return ReminderEmailOut.of(await emails.set(caller.email), available=True)


@router.delete("", status_code=status.HTTP_204_NO_CONTENT)
async def delete_reminder_email(emails: ReminderEmailDep) -> Response:
    """Mail no reminders any more."""
    await emails.delete()
    return Response(status_code=status.HTTP_204_NO_CONTENT)

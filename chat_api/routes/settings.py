"""A user's settings over REST, the same for all their clients."""

from fastapi import APIRouter
from pydantic import MISSING, BaseModel, ConfigDict, Field

from chat_api.problems import COMMON_PROBLEMS
from chat_api.routes.dependencies import UserSettingsDep
from chat_api.timezones import TimezoneName
from db.user_data import UserSettings
from db.values import DefaultReminder

router = APIRouter(prefix="/settings", tags=["settings"], responses=COMMON_PROBLEMS)


class SettingsOut(BaseModel):
    """A user's settings."""

    timezone: str | None = Field(description="IANA name; null if not set, which means UTC")
    default_reminder: str | None = Field(
        description="When a task with a time reminds if nothing else is said; null for never"
    )


class SettingsUpdate(BaseModel):
    """The settings to change; others stay as they are."""

    model_config = ConfigDict(extra="forbid")

    timezone: TimezoneName | MISSING = MISSING
    default_reminder: DefaultReminder | MISSING | None = MISSING


@router.get("")
async def get_settings(settings: UserSettingsDep) -> SettingsOut:
    """Return the settings."""
    return await _settings(settings)


@router.patch("")
async def update_settings(settings: UserSettingsDep, update: SettingsUpdate) -> SettingsOut:
    """Change the settings in the body."""
    if update.timezone is not MISSING:
        await settings.set_timezone(update.timezone)
    if update.default_reminder is not MISSING:
        await settings.set_default_reminder(update.default_reminder)
    return await _settings(settings)


async def _settings(settings: UserSettings) -> SettingsOut:
    return SettingsOut(
        timezone=await settings.timezone(), default_reminder=await settings.default_reminder()
    )

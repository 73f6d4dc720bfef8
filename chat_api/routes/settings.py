"""A user's settings over REST, the same for all their clients."""

from fastapi import APIRouter
from pydantic import MISSING, BaseModel, ConfigDict, Field

from chat_api.problems import COMMON_PROBLEMS
from chat_api.routes.dependencies import UserSettingsDep
from chat_api.timezones import TimezoneName

router = APIRouter(prefix="/settings", tags=["settings"], responses=COMMON_PROBLEMS)


class SettingsOut(BaseModel):
    """A user's settings; null if not set."""

    timezone: str | None = Field(description="IANA name; null means UTC")


class SettingsUpdate(BaseModel):
    """The settings to change; others stay as they are."""

    model_config = ConfigDict(extra="forbid")

    timezone: TimezoneName | MISSING = MISSING


@router.get("")
async def get_settings(settings: UserSettingsDep) -> SettingsOut:
    """Return the settings."""
    return SettingsOut(timezone=await settings.timezone())


@router.patch("")
async def update_settings(settings: UserSettingsDep, update: SettingsUpdate) -> SettingsOut:
    """Change the settings in the body."""
    if update.timezone is not MISSING:
        await settings.set_timezone(update.timezone)
    return SettingsOut(timezone=await settings.timezone())

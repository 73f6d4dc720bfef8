import pytest

from db.engine import Sessions, transaction
from db.user_data import UserSettings


@pytest.mark.requirement("FR-AUTH-220")
async def test_a_time_zone_is_unknown_until_it_is_chosen_and_the_last_choice_counts(
    sessions: Sessions,
) -> None:
    async with transaction(sessions, "ann") as session:
        settings = UserSettings(session, "ann")
        assert await settings.timezone() is None
        for name in ("Europe/Berlin", "Asia/Tokyo"):
            await settings.set_timezone(name)
            assert await settings.timezone() == name
    async with transaction(sessions, "bob") as session:
        assert await UserSettings(session, "bob").timezone() is None

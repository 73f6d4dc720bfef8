"""A few seconds of `make soak`: few users, and each of its faults once."""

import pytest

from tests.faults.soak.faults import FAULTS
from tests.faults.soak.installation import running_installation
from tests.faults.soak.run import soak
from tests.faults.world import LEASE, World


@pytest.mark.requirement("FR-CHAT-411")
async def test_users_lose_nothing_while_one_fault_follows_another(world: World) -> None:
    async with running_installation(world, TURN_LEASE=str(LEASE), DATABASE_TIMEOUT="1") as made:
        report = await soak(made, faults=len(FAULTS), every=0.5, users=8, pause=0.1)
    assert report.faults == []
    assert [strike.name for strike in report.strikes] == list(FAULTS)
    assert report.outcomes["finished"]

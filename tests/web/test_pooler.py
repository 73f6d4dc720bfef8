"""The web app behind PgBouncer, which its URL does not name."""

from pathlib import Path

import httpx2
import pytest

from tests.servers import pgbouncer
from tests.serving import NO_AUTHORITIES
from tests.web.running import web_alone
from tests.web.test_database import until_ready


@pytest.mark.requirement("FR-RUN-140")
async def test_the_web_app_notices_a_pooler_and_names_it(
    own_database_url: str, tmp_path: Path
) -> None:
    log = tmp_path / "web.log"
    with pgbouncer(own_database_url) as url, web_alone(url, log) as address:
        async with httpx2.AsyncClient(base_url=address, verify=NO_AUTHORITIES) as visitor:
            await until_ready(visitor)
    assert log.read_text().count("add ?pgbouncer=true") >= 1

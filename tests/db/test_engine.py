import ssl

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.engine import Sessions, transaction
from db.server import InvalidDatabaseUrl, behind_pooler, connect_to

NEON = (
    "postgresql://owner:p%40ss@ep-cool-1.eu-central-1.aws.neon.tech/neondb"
    "?sslmode=require&channel_binding=require"
)


@pytest.mark.requirement("FR-RUN-101")
def test_a_url_that_requires_channel_binding_gets_a_verified_certificate_instead() -> None:
    server = connect_to(NEON)
    assert server.dsn == "postgresql://owner:p%40ss@ep-cool-1.eu-central-1.aws.neon.tech/neondb"
    assert server.tls is not None
    assert server.tls.verify_mode == ssl.CERT_REQUIRED
    assert server.tls.check_hostname


@pytest.mark.requirement("FR-RUN-101")
@pytest.mark.parametrize(
    ("url", "dsn"),
    [
        ("postgres://u@h/d?sslmode=require", "postgresql://u@h/d?sslmode=require"),
        ("postgresql+asyncpg://u@h:1/d", "postgresql://u@h:1/d"),
        (
            "postgresql://u@h/d?sslmode=verify-full&sslrootcert=%2Fca.pem",
            "postgresql://u@h/d?sslmode=verify-full&sslrootcert=%2Fca.pem",
        ),
        (
            "postgresql://u@h/d?sslmode=prefer&connect_timeout=3",
            "postgresql://u@h/d?sslmode=prefer",
        ),
        ("postgresql://u:@/d?host=/run/pg", "postgresql://u:@/d?host=%2Frun%2Fpg"),
    ],
)
def test_other_urls_keep_what_they_say_about_tls(url: str, dsn: str) -> None:
    server = connect_to(url)
    assert (server.dsn, server.tls) == (dsn, None)


@pytest.mark.requirement("FR-RUN-101")
def test_a_private_root_certificate_stays_in_force_with_channel_binding() -> None:
    server = connect_to("postgresql://u@h/d?channel_binding=require&sslrootcert=/ca.pem")
    assert "sslmode=verify-full" in server.dsn
    assert "sslrootcert=%2Fca.pem" in server.dsn


@pytest.mark.requirement("FR-RUN-120")
@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("postgresql://u@a,b:6000/d", (("a", 5432), ("b", 6000))),
        ("postgresql://u@[::1]:7,[::2]/d", (("::1", 7), ("::2", 5432))),
        ("postgresql://u@/d?host=a,b&port=6001,6002", (("a", 6001), ("b", 6002))),
        ("postgresql://u@/d?host=a,b,c&port=6001,6002", (("a", 6001), ("b", 6002), ("c", 6002))),
        ("postgresql://u@a,b:7/d?port=6001", (("a", 6001), ("b", 7))),
        ("postgresql://u@/d?host=a,b", (("a", 5432), ("b", 5432))),
        ("postgresql://u@a/d", ()),
    ],
)
def test_each_of_several_hosts_has_its_port(url: str, hosts: tuple[tuple[str, int], ...]) -> None:
    server = connect_to(url)
    assert server.hosts == hosts
    assert ("target_session_attrs=read-write" in server.dsn) == bool(hosts)


@pytest.mark.requirement("FR-RUN-120")
def test_a_port_of_several_hosts_that_is_no_number_is_refused() -> None:
    with pytest.raises(InvalidDatabaseUrl):
        connect_to("postgresql://u@/d?host=a,b&port=6001,x")


@pytest.mark.requirement("FR-RUN-101")
def test_poolers_are_told_by_their_host_or_by_a_flag() -> None:
    assert behind_pooler(NEON.replace("-1.eu", "-1-pooler.eu"))
    assert behind_pooler("postgresql://h/d?pgbouncer=true")
    assert not behind_pooler(NEON)


@pytest.mark.requirement("FR-RUN-101")
@pytest.mark.parametrize("url", ["nonsense", "mysql://h/d", "", "localhost:5432/d"])
def test_a_url_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(InvalidDatabaseUrl, match="must look like postgresql://"):
        connect_to(url)


@pytest.mark.requirement("FR-TASK-107")
async def test_an_error_of_the_database_does_not_show_what_a_user_wrote(
    committed: Sessions, user: str
) -> None:
    with pytest.raises(DBAPIError) as raised:
        async with transaction(committed, user) as session:
            await session.execute(text("select 1 / 0 where :said = :said"), {"said": "a secret"})
    assert "a secret" not in str(raised.value)

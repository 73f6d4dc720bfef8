"""Each state that `todochat doctor` knows, and what it says of it."""

import asyncio
import os
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from chat_api.doctor import database, delivery, machine, model, services
from chat_api.doctor.checks import Installation, check_all
from chat_api.doctor.database import Facts
from chat_api.doctor.finding import Finding, Status, ok
from chat_api.doctor.report import print_report
from chat_api.settings import ApiSettings
from chat_api.supervisor.services import services as services_of
from db.revision import newest_revision
from db.server import InvalidDatabaseUrl
from tests.auth.key_server import KeyServer
from tests.auth.signing import ed25519
from tests.mail_server import MailServer
from tests.model_server import ModelServer, call, fault, say
from tests.postgres import new_empty_database
from tests.processes import free_port
from tests.servers import flagged, pgbouncer
from tests.serving import listen, port_of
from tests.stack import Stack

pytestmark = pytest.mark.requirement("FR-RUN-143")

NOWHERE = "http://127.0.0.1:9"
GOOD = Facts(18, False, 100, 0.1, newest_revision(), unbound=False)
TODAY = date(2026, 11, 30)


def settings(folder: Path, **given: Any) -> ApiSettings:
    return ApiSettings(TODOCHAT_DATA_DIR=folder, **given)


def statuses(findings: list[Finding]) -> dict[str, Status]:
    assert all(one.message for one in findings)
    # Whoever reads of something wrong is told what to do.
    assert all(bool(one.advice) == (one.status in {"warning", "error"}) for one in findings)
    return {one.check: one.status for one in findings}


@pytest.mark.parametrize(
    ("finding", "status"),
    [
        (machine.check_python((3, 11, 0)), "ok"),
        (machine.check_python((3, 10, 9)), "error"),
        (machine.check_disk(Path("/"), 5 * 1024**3), "ok"),
        (machine.check_disk(Path("/nowhere/at/all"), 500 * 1024**2), "warning"),
        (machine.check_disk(Path("/"), 1024**2), "error"),
    ],
)
def test_python_and_disk(finding: Finding, status: Status) -> None:
    assert statuses([finding]) == {finding.check: status}


@pytest.mark.parametrize(
    ("printed", "status"), [("v24.1.0", "ok"), ("v18.20.1", "error"), ("what", "error")]
)
async def test_node(tmp_path: Path, printed: str, status: Status) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {printed}\n")
    node.chmod(0o755)
    assert statuses([await machine.check_node(str(node), built=True)]) == {"node": status}


async def test_without_a_web_app_no_node_is_needed() -> None:
    assert statuses([await machine.check_node("nowhere", built=False)]) == {"node": "skipped"}


async def test_a_port_is_free_or_of_our_own_service_or_taken(stack: Stack, tmp_path: Path) -> None:
    with listen() as other:
        for port, status in (
            (free_port(), "ok"),
            (stack.settings.api_port, "ok"),
            (port_of(other), "error"),
        ):
            given = settings(tmp_path, api_port=port)
            service = next(one for one in services_of(given) if one.name == "api")
            found = await machine.check_port(given, service)
            assert statuses([found]) == {f"port {port}": status}


@pytest.mark.parametrize(
    ("change", "check", "status"),
    [
        ({}, "database", "ok"),
        ({"version": 14}, "database", "error"),
        ({"read_only": True}, "writes", "error"),
        ({"revision": None}, "schema", "error"),
        ({"revision": "0001"}, "schema", "error"),
        ({"revision": "9999"}, "schema", "warning"),
        ({"missing_roles": ["todochat_app", "todochat_tokens"]}, "roles", "error"),
        ({"missing_roles": ["todochat_sweeper"]}, "roles", "warning"),
        ({"unbound": True}, "roles", "warning"),
        ({"unprotected": ["tasks"]}, "row-level security", "error"),
        ({"skew": -2.0}, "clock", "warning"),
        ({"skew": 60.0}, "clock", "error"),
        ({"connections": 20}, "connections", "warning"),
    ],
)
def test_what_the_database_says_of_itself(
    tmp_path: Path, change: dict[str, Any], check: str, status: Status
) -> None:
    found = statuses(database.findings_of(replace(GOOD, **change), settings(tmp_path)))
    assert found[check] == status
    others = {name: one for name, one in found.items() if name not in {check, "row-level security"}}
    assert set(others.values()) == {"ok"}


async def test_a_migrated_database_is_healthy_but_for_its_superuser(
    database_url: str, tmp_path: Path
) -> None:
    given = settings(tmp_path, database_url=database_url)
    for embedded, wrong in ((False, {"roles"}), (True, set())):
        found = statuses(await database.check_database(given, embedded=embedded))
        assert {name for name, status in found.items() if status != "ok"} == wrong


async def test_an_empty_database_is_to_be_migrated(database_url: str, tmp_path: Path) -> None:
    url = await new_empty_database(database_url)
    found = statuses(await database.check_database(settings(tmp_path, database_url=url)))
    assert found["schema"] == "error"
    assert found["row-level security"] == "skipped"


@pytest.mark.parametrize("url", ["postgresql://u:secret@127.0.0.1:9/d", "mysql://u:secret@h/d"])
async def test_a_database_that_is_not_there(tmp_path: Path, url: str) -> None:
    (found,) = await database.check_database(settings(tmp_path, database_url=url))
    assert statuses([found]) == {"database": "error"}
    assert "secret" not in f"{found}"


async def test_why_the_embedded_database_is_not_there(tmp_path: Path) -> None:
    (found,) = await database.check_database(settings(tmp_path), "The folder is damaged.")
    assert (found.status, found.message) == ("error", "The folder is damaged.")


def test_the_error_of_a_url_does_not_repeat_it() -> None:
    assert database.unreachable(InvalidDatabaseUrl()).advice == "Correct DATABASE_URL."


async def test_a_pooler_is_named_and_what_is_not_heard_behind_it(
    database_url: str, tmp_path: Path
) -> None:
    with pgbouncer(database_url) as url:
        cases = [
            ({"database_url": url}, ("warning", "warning")),
            ({"database_url": flagged(url)}, ("warning", "warning")),
            ({"database_url": flagged(url), "database_direct_url": database_url}, ("ok", "ok")),
            (
                {"database_url": flagged(url), "database_direct_url": f"{NOWHERE}"},
                ("ok", "warning"),
            ),
        ]
        for given, (pooler, heard) in cases:
            found = statuses(await database.check_database(settings(tmp_path, **given)))
            assert (found["pooler"], found["notifications"]) == (pooler, heard), given


def test_keys_are_made_at_the_first_start_or_usable_or_not(tmp_path: Path) -> None:
    found = statuses(services.check_keys(settings(tmp_path)))
    assert set(found.values()) == {"skipped"}
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    assert set(statuses(services.check_keys(settings(tmp_path))).values()) == {"ok"}
    next(folder.iterdir()).chmod(stat.S_IRUSR | stat.S_IROTH)
    assert statuses(services.check_keys(settings(tmp_path)))["key files"] == "error"
    bad = settings(tmp_path, login_secret=SecretStr("short"), api_signing_key=SecretStr("none"))
    found = statuses(services.check_keys(bad))
    assert (found["key of login tokens"], found["key for the MCP server"]) == ("error", "error")


async def test_the_mcp_server_answers_or_refuses_or_is_not_there(
    stack: Stack, tmp_path: Path
) -> None:
    cases = [
        (stack.settings, "ok"),
        # Keys of its own, which the MCP server does not find at the API.
        (stack.settings.model_copy(update={"data_dir": tmp_path}), "error"),
        (settings(tmp_path, mcp_port=9), "warning"),
        (settings(tmp_path, mcp_url=f"{NOWHERE}/mcp"), "error"),
    ]
    for given, status in cases:
        found = await services.check_mcp(given)
        assert statuses([found]) == {"MCP server": status}, found


async def test_the_keys_of_every_issuer_are_fetched(tmp_path: Path) -> None:
    server = KeyServer()
    server.publish(ed25519())
    await server.start()
    given = settings(tmp_path, auth_jwks_url=server.url, web_jwks_url=f"{NOWHERE}/jwks")
    found = statuses(await services.check_issuers(given, {"OAUTH_ISSUER": "ftp://x"}))
    assert found == {
        "issuer AUTH_JWKS_URL": "ok",
        "issuer WEB_JWKS_URL": "error",
        "issuer OAUTH_ISSUER": "error",
    }
    server.publish()
    found = statuses(await services.check_issuers(settings(tmp_path, auth_jwks_url=server.url), {}))
    assert found == {"issuer AUTH_JWKS_URL": "error"}
    await server.stop()
    assert statuses(await services.check_issuers(settings(tmp_path), {})) == {"issuers": "skipped"}


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (None, "ok"),
        (TODAY + timedelta(days=31), "ok"),
        ((TODAY + timedelta(days=11)).isoformat(), "warning"),
        (1765411200 + 31536000, "warning"),
        (TODAY, "error"),
        ("soon", "ok"),
    ],
)
def test_when_a_model_is_shut_down(end: object, status: Status) -> None:
    listing = {"data": [{"id": "m", "shutdown_date": end}]}
    assert model.listing_finding("m", 200, listing, TODAY).status == status


@pytest.mark.parametrize(
    ("answer", "listing", "status"),
    [
        (200, {"data": [{"id": "other"}]}, "error"),
        (200, {"data": []}, "error"),
        (401, None, "error"),
        (404, None, "skipped"),
        (200, {"models": []}, "skipped"),
    ],
)
def test_what_the_list_of_models_says(answer: int, listing: Any, status: Status) -> None:
    assert model.listing_finding("m", answer, listing, TODAY).status == status


async def test_a_model_that_calls_tools_and_others(
    model_server: ModelServer, tmp_path: Path
) -> None:
    base = {"openai_base_url": model_server.url, "model_max_retries": 0}
    given = settings(tmp_path, **base)
    for answers, status in (
        ([call("note", {"word": "blue"}), say("Done.")], "ok"),
        ([say("I have called it.")], "error"),
        ([fault("500")], "error"),
    ):
        model_server.script(*answers)
        found = statuses(await model.check_model(given))
        assert found == {"model": "ok", "tool calls": status}
    missing = settings(tmp_path, **base, chat_model="gone")
    assert statuses(await model.check_model(missing)) == {"model": "error", "tool calls": "skipped"}
    offline = settings(tmp_path, chat_provider="offline")
    assert statuses(await model.check_model(offline)) == {"model": "ok"}
    for wrong in ({"openai_base_url": NOWHERE}, {"chat_provider": "openai"}):
        found = statuses(await model.check_model(settings(tmp_path, **wrong)))
        assert found["model"] == "error"


async def test_the_mail_server_lets_in_or_refuses_or_is_not_there(tmp_path: Path) -> None:
    server = MailServer()
    await asyncio.to_thread(server.start)
    try:
        for url, status in (
            (server.url, "ok"),
            (server.url.replace("p%40ss", "wrong"), "error"),
            ("smtp://127.0.0.1:9?from=a@example.com", "error"),
            ("http://x", "error"),
            (None, "skipped"),
        ):
            given = settings(tmp_path, smtp_url=url and SecretStr(url))
            found = await delivery.check_mail(given)
            assert statuses([found]) == {"e-mail": status}
            assert "p@ss" not in found.message
    finally:
        await asyncio.to_thread(server.stop)


@pytest.mark.parametrize(
    ("given", "missing", "status"),
    [
        ({}, [], "ok"),
        ({}, ["push.test"], "warning"),
        ({"push_hosts": ""}, [], "skipped"),
        ({"web_url": "https://todo.example.com"}, [], "warning"),
        ({"web_url": "https://todo.example.com", "push_contact": "a@example.com"}, [], "ok"),
    ],
)
def test_push_services(
    tmp_path: Path, given: dict[str, Any], missing: list[str], status: Status
) -> None:
    found = delivery.push_finding(settings(tmp_path, **given), missing)
    assert statuses([found]) == {"push": status}


async def test_a_push_service_that_nobody_reaches(tmp_path: Path) -> None:
    found = await delivery.check_push(settings(tmp_path, push_hosts="push.invalid"))
    assert statuses([found]) == {"push": "warning"}


async def test_a_check_that_fails_is_a_finding_and_stops_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def failing(_: Installation) -> list[Finding]:
        raise ValueError("a secret")

    async def well(_: Installation) -> list[Finding]:
        return [ok("second", "as [it] should be")]

    installation = Installation(settings(tmp_path), os.environ, [])
    found = await check_all(installation, {"first": failing, "second": well})
    assert statuses(found) == {"first": "error", "second": "ok"}
    assert print_report(found, as_json=False) == 1
    assert print_report(found[1:], as_json=False) == 0
    printed = capsys.readouterr().out
    assert "secret" not in printed
    assert "as [it] should be" in printed

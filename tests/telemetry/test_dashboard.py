"""The dashboard and the alert rules: they use what the services export, and all of it moves."""

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import yaml
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from chat_api.worker.firing import _fire_once
from db.engine import Sessions, create_engine, create_sessions, transaction
from db.errors import DatabaseUnavailable
from db.reminder_firing import fire_due
from db.telemetry.exposition import exposing, metrics_listener
from db.telemetry.metrics import metrics
from tests.db.test_firing import due
from tests.model_server import ModelServer, call, say
from tests.processes import free_port
from tests.specs.documents import ROOT, read
from tests.stack import Stack, Stacks
from tests.telemetry.conftest import vendor_settings

DASHBOARD = "deploy/grafana/todochat.json"
ALERTS = "deploy/prometheus/alerts.yml"
# Prometheus itself has this one.
OF_PROMETHEUS = {"up"}
# Moved where a browser is at hand.
MOVED_ELSEWHERE = {"todochat_deliveries_total": "tests/api/notifications/test_push.py"}
SLOW = "[slow 120] hello"

_NAME = re.compile(r"\b(?:todochat|process)_\w+|\bup\b")
_LABELS = re.compile(r"\{([^}]*)\}|by \(([^)]*)\)")
_LABEL = re.compile(r"\b([a-z_]+)\b(?=\s*(?:=|!|,|$))")
_SUFFIX = re.compile(r"_(?:bucket|count|sum)$")


def dashboard_expressions() -> list[str]:
    panels = json.loads(read(DASHBOARD))["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", ())]


def alert_rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(read(ALERTS))["groups"] for rule in group["rules"]]


def expressions() -> list[str]:
    return [*dashboard_expressions(), *(rule["expr"] for rule in alert_rules())]


def exported() -> dict[str, set[str]]:
    """Each name that a service exports, with its labels."""
    names: dict[str, set[str]] = {}
    registry = metrics().registry
    for collector, own in registry._collector_to_names.items():
        labels = set(getattr(collector, "_labelnames", ()))
        for name in own:
            names[name] = labels | ({"le"} if name.endswith("_bucket") else set())
    # Those of the process itself have no names before they are collected.
    for family in registry.collect():
        names.setdefault(family.name, set())
    return names


def moving() -> set[str]:
    return {_SUFFIX.sub("_count", name) for one in dashboard_expressions() for name in names(one)}


def names(expression: str) -> Iterator[str]:
    yield from _NAME.findall(expression)


def total(name: str) -> float:
    """The sum of a metric over all its labels."""
    return sum(
        sample.value
        for family in metrics().registry.collect()
        for sample in family.samples
        if sample.name == name
    )


@pytest.mark.requirement("FR-RUN-136")
def test_every_expression_uses_what_is_exported() -> None:
    known = exported().keys() | OF_PROMETHEUS
    used = {name for expression in expressions() for name in names(expression)}
    assert used - known == set()
    # What nobody looks at need not be measured.
    assert {name for name in moving() if name.startswith("todochat")} >= {
        name
        for family in metrics().registry.collect()
        for name in [f"{family.name}_{'total' if family.type == 'counter' else 'count'}"]
        if family.name.startswith("todochat") and family.type in {"counter", "histogram"}
    }


@pytest.mark.requirement("FR-RUN-136")
@pytest.mark.parametrize("expression", expressions())
def test_every_label_of_an_expression_is_one_of_its_metrics(expression: str) -> None:
    allowed = {"le", "instance", "job"}.union(*(exported().get(n, ()) for n in names(expression)))
    for selected, grouped in _LABELS.findall(expression):
        used = set(_LABEL.findall(re.sub(r'"[^"]*"', "", selected or grouped)))
        assert used - allowed == set()


@pytest.mark.requirement("FR-RUN-136")
def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    for rule in alert_rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert all(rule["annotations"][key].endswith(".") for key in ("summary", "description"))
    assert len({rule["alert"] for rule in alert_rules()}) == len(alert_rules())


@pytest.mark.requirement("FR-RUN-136")
async def test_every_metric_of_the_dashboard_moves(
    stacks: Stacks,
    engine: AsyncEngine,
    own_sessions: Sessions,
    model_server: ModelServer,
    database_url: str,
    user: str,
) -> None:
    before = {name: total(name) for name in moving()}
    seen = dict(before)
    settings = {"listen_to": database_url, **vendor_settings(model_server)}
    vendor = await stacks.get(**settings)
    model_server.script(call("add_task", {"title": "Milk"}), say("Added."))
    await vendor.say(user, "add milk")
    await _refuse(await stacks.get(**settings, messages_per_minute=1), user)
    await _wait_in_line(await stacks.get(**settings, max_running_turns=1), user, seen)
    await _lose_lease(vendor, engine, f"{user}-lost")
    await _recover(vendor, engine, f"{user}-gone")
    await due(own_sessions, "ann", age=timedelta(hours=1))
    await fire_due(own_sessions)
    seen["todochat_reminders_due"] = total("todochat_reminders_due")
    await _fail(database_url)
    async with exposing(metrics_listener("127.0.0.1", free_port())), asyncio.timeout(20):
        lags = total("todochat_event_loop_lag_seconds_count")
        while not lags:
            await asyncio.sleep(0.05)
            lags = total("todochat_event_loop_lag_seconds_count")
    for name, path in MOVED_ELSEWHERE.items():
        assert name in (ROOT / path).read_text()
    unmoved = {
        name for name, first in before.items() if max(seen[name], total(name)) <= first
    } - MOVED_ELSEWHERE.keys()
    # It may stay the same within a second.
    assert unmoved <= {"process_resident_memory_bytes"}
    assert total("process_resident_memory_bytes") > 0


async def _refuse(stack: Stack, user: str) -> None:
    answers = [await stack.say(user, "hello") for _ in range(2)]
    assert answers[-1].status_code == 429


async def _wait_in_line(stack: Stack, user: str, seen: dict[str, float]) -> None:
    """Let a message wait for the end of another turn, and note what the gauges show meanwhile."""
    turns = asyncio.gather(stack.say(f"{user}-1", SLOW), stack.say(f"{user}-2", SLOW))
    while not turns.done():
        for name in ("todochat_running_turns", "todochat_waiting_turns"):
            seen[name] = max(seen[name], total(name))
        await asyncio.sleep(0.01)
    await turns


async def _lose_lease(stack: Stack, engine: AsyncEngine, user: str) -> None:
    """End a turn that its process still runs, as another one does after a lease."""
    turn = asyncio.create_task(stack.say(user, SLOW))
    end = "update turns set status = 'interrupted', finished_at = now() where user_id = :user"
    async with asyncio.timeout(20):
        ended = 0
        while not ended:
            await asyncio.sleep(0.05)
            async with engine.begin() as connection:
                ended = (await connection.execute(text(end), {"user": user})).rowcount
    await turn


async def _recover(stack: Stack, engine: AsyncEngine, user: str) -> None:
    """End a turn whose process is gone."""
    answer = (await stack.say(user, "hello")).json()
    async with engine.begin() as connection:
        for statement in (
            "update turns set status = 'running', lease_until = now() - interval '1 second',"
            " finished_at = null where user_id = :user",
            "delete from messages where role = 'assistant' and user_id = :user",
        ):
            await connection.execute(text(statement), {"user": user})
    path = f"/api/{user}/turns/{answer['turn_id']}"
    await stack.client.get(path, headers=stack.as_user(user))


async def _fail(database_url: str) -> None:
    """Meet a server that is away, and a database without our tables."""
    nowhere = create_engine("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseUnavailable):
        async with transaction(create_sessions(nowhere), "ann"):
            pass
    empty = create_engine(
        make_url(database_url).set(database="postgres").render_as_string(hide_password=False)
    )
    await _fire_once(create_sessions(empty), lambda: None)
    await empty.dispose()

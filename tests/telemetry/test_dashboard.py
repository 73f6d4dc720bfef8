"""The dashboard and the alert rules: they use what the services export, and all of it moves."""

import asyncio
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard
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
from tests.telemetry.queries import OF_PROMETHEUS, Selector, parse

DASHBOARD = "deploy/grafana/todochat.json"
ALERTS = "deploy/prometheus/alerts.yml"
# Prometheus itself has this one.
UP = "up"
# Moved where a browser is at hand.
MOVED_ELSEWHERE = {"todochat_deliveries_total": "tests/api/notifications/test_push.py"}
MEMORY = "process_resident_memory_bytes"
SLOW = "[slow 120] hello"

_LEGEND = re.compile(r"\{\{(\w+)\}\}")


def dashboard() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(read(DASHBOARD))
    return loaded


def dashboard_targets() -> list[dict[str, Any]]:
    return [target for panel in dashboard()["panels"] for target in panel.get("targets", ())]


def alert_rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(read(ALERTS))["groups"] for rule in group["rules"]]


def expressions() -> list[str]:
    return [one["expr"] for one in (*dashboard_targets(), *alert_rules())]


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


def moving() -> set[Selector]:
    """What the panels show, each with its own labels."""
    return {one for target in dashboard_targets() for one in parse(target["expr"]).selectors}


def total(selector: Selector) -> float:
    """The sum of all series that are selected."""
    return sum(
        sample.value
        for family in metrics().registry.collect()
        for sample in family.samples
        if sample.name == selector.name and selector.selects(sample.labels)
    )


@pytest.mark.requirement("FR-RUN-136")
def test_the_dashboard_has_only_what_grafana_reads() -> None:
    register_default_plugins()
    read_by_grafana = Dashboard.from_json(dashboard())
    assert lost(dashboard(), json.loads(JSONEncoder().encode(read_by_grafana))) == []


def lost(given: Any, back: Any, path: str = "") -> list[str]:
    """Name what is given and does not come back."""
    if isinstance(given, dict) and isinstance(back, dict):
        return [one for key in given for one in lost(given[key], back.get(key), f"{path}/{key}")]
    if isinstance(given, list) and isinstance(back, list) and len(given) == len(back):
        pairs = enumerate(zip(given, back, strict=True))
        return [one for key, pair in pairs for one in lost(*pair, f"{path}/{key}")]
    return [] if given == back else [path]


@pytest.mark.requirement("FR-RUN-136")
def test_every_expression_uses_what_is_exported() -> None:
    used = {one.name for expression in expressions() for one in parse(expression).selectors}
    assert used - exported().keys() == {UP}
    # What nobody looks at need not be measured.
    assert {one.name for one in moving()} >= {
        name
        for family in metrics().registry.collect()
        if family.name.startswith("todochat")
        for name in _shown_by(family.name, family.type)
    }


def _shown_by(family: str, kind: str) -> list[str]:
    """The series that show a family."""
    series = {"counter": "total", "histogram": "bucket"}
    return [f"{family}_{series[kind]}"] if kind in series else []


@pytest.mark.requirement("FR-RUN-136")
@pytest.mark.parametrize("expression", expressions())
def test_every_label_of_an_expression_is_one_of_its_metrics(expression: str) -> None:
    query = parse(expression)
    allowed = OF_PROMETHEUS.union(*(exported().get(one.name, ()) for one in query.selectors))
    assert query.labels - allowed == set()


@pytest.mark.requirement("FR-RUN-136")
@pytest.mark.parametrize("target", dashboard_targets(), ids=lambda target: target["expr"])
def test_a_legend_names_only_labels_of_its_result(target: dict[str, Any]) -> None:
    query = parse(target["expr"])
    assert set(_LEGEND.findall(target.get("legendFormat", ""))) <= query.grouping | OF_PROMETHEUS


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
    # The last look of another test may have left the gauge where this one's leaves it.
    await fire_due(own_sessions)
    before = {one: total(one) for one in moving()}
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
    note(seen, "todochat_reminders_due")
    await _fail(database_url)
    async with exposing(metrics_listener("127.0.0.1", free_port())), asyncio.timeout(20):
        lag = next(one for one in before if "event_loop_lag" in one.name)
        lags = total(lag)
        while not lags:
            await asyncio.sleep(0.05)
            lags = total(lag)
    for name, path in MOVED_ELSEWHERE.items():
        assert name in (ROOT / path).read_text()
    unmoved = {one for one, first in before.items() if max(seen[one], total(one)) <= first}
    # Memory may stay the same within a second.
    assert {one.name for one in unmoved} <= {MEMORY, *MOVED_ELSEWHERE}, unmoved
    assert all(total(one) > 0 for one in before if one.name == MEMORY)


def note(seen: dict[Selector, float], name: str) -> None:
    """Note the highest value of a gauge so far."""
    for one, most in seen.items():
        if one.name == name:
            seen[one] = max(most, total(one))


async def _refuse(stack: Stack, user: str) -> None:
    answers = [await stack.say(user, "hello") for _ in range(2)]
    assert answers[-1].status_code == 429


async def _wait_in_line(stack: Stack, user: str, seen: dict[Selector, float]) -> None:
    """Let a message wait for the end of another turn, and note what the gauges show meanwhile."""
    turns = asyncio.gather(stack.say(f"{user}-1", SLOW), stack.say(f"{user}-2", SLOW))
    while not turns.done():
        for name in ("todochat_running_turns", "todochat_waiting_turns"):
            note(seen, name)
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

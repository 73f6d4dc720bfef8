"""What the services count and time, in the form that Prometheus reads.

All programs share the names; a program exports those that it has counted. A label has few values,
none of which is a user's or a text's.
"""

import os
from functools import cache
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    multiprocess,
    values,
)

_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

_TURN_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 180)
_CALL_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_WAIT_SECONDS = (0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 10, 30)
_LAG_SECONDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)
_DELAY_SECONDS = (1, 5, 15, 60, 300, 3600, 86400)


class TurnMetrics:
    """The turns of the API, and what they wait for."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.ended = Counter(
            "todochat_turns_total",
            "Turns that have ended, by outcome and the code of a failure",
            ["outcome", "code"],
            registry=registry,
        )
        self.refused = Counter(
            "todochat_turns_refused_total",
            "Messages that no turn was begun for, by the code of the answer",
            ["code"],
            registry=registry,
        )
        self.recovered = Counter(
            "todochat_turns_recovered_total",
            "Turns of processes that are gone, ended by this one",
            registry=registry,
        )
        self.lease_losses = Counter(
            "todochat_turn_lease_losses_total",
            "Turns of this process that another one has ended, for their lease had expired",
            registry=registry,
        )
        self.seconds = Histogram(
            "todochat_turn_seconds",
            "Time from a message to the end of its turn",
            ["outcome"],
            buckets=_TURN_SECONDS,
            registry=registry,
        )
        self.first_text_seconds = Histogram(
            "todochat_turn_first_text_seconds",
            "Time from a message to the first text of its reply",
            buckets=_TURN_SECONDS,
            registry=registry,
        )
        self.tool_seconds = Histogram(
            "todochat_tool_call_seconds",
            "Time of a turn's call of a tool, by result: ok, error or unavailable",
            ["tool", "result"],
            buckets=_CALL_SECONDS,
            registry=registry,
        )
        self.tokens = Counter(
            "todochat_model_tokens_total",
            "Tokens that models have read (input) and written (output)",
            ["direction"],
            registry=registry,
        )
        self.model_calls = Counter(
            "todochat_model_calls_total", "Requests to the model", registry=registry
        )
        self.running = Gauge(
            "todochat_running_turns",
            "Turns that run now",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.waiting = Gauge(
            "todochat_waiting_turns",
            "Messages that wait in line for a turn",
            multiprocess_mode="livesum",
            registry=registry,
        )


class ReminderMetrics:
    """The reminders of all users, and their delivery."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.due = Gauge(
            "todochat_reminders_due",
            "Reminders that the last look found due, at most 500",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.fired = Counter(
            "todochat_reminders_total",
            "Reminders whose time has come, by what became of them: delivered, missed or dropped",
            ["status"],
            registry=registry,
        )
        self.late = Counter(
            "todochat_reminders_late_total",
            "Reminders that were delivered over a minute late",
            registry=registry,
        )
        self.delay_seconds = Histogram(
            "todochat_reminder_delay_seconds",
            "Time from when a reminder was due to its notification",
            buckets=_DELAY_SECONDS,
            registry=registry,
        )
        self.deliveries = Counter(
            "todochat_deliveries_total",
            "Attempts to send a notification, by channel and result",
            ["channel", "result"],
            registry=registry,
        )


class ServiceMetrics:
    """What every program has: requests, waits, the database, the event loop."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "todochat_http_requests_total",
            "Requests that were answered, by method, route and status",
            ["method", "route", "status"],
            registry=registry,
        )
        self.request_seconds = Histogram(
            "todochat_http_request_seconds",
            "Time from a request to the beginning of its answer",
            ["method", "route"],
            buckets=_CALL_SECONDS,
            registry=registry,
        )
        self.tool_seconds = Histogram(
            "todochat_mcp_tool_seconds",
            "Time of a tool in the MCP server, by result: ok or error",
            ["tool", "result"],
            buckets=_CALL_SECONDS,
            registry=registry,
        )
        self.wait_seconds = Histogram(
            "todochat_wait_seconds",
            "Time spent in a queue: for a turn, a connection, or the user's own transactions",
            ["queue"],
            buckets=_WAIT_SECONDS,
            registry=registry,
        )
        self.database_failures = Counter(
            "todochat_database_failures_total",
            "Transactions that found Postgres unavailable",
            registry=registry,
        )
        self.background_failures = Counter(
            "todochat_background_failures_total",
            "Failures of the work beside requests, which is tried again",
            ["work"],
            registry=registry,
        )
        self.loop_lag_seconds = Histogram(
            "todochat_event_loop_lag_seconds",
            "How late the event loop wakes up",
            buckets=_LAG_SECONDS,
            registry=registry,
        )


class Metrics:
    """All metrics of a process; `registry` is what Prometheus gets to see of them."""

    def __init__(self) -> None:
        own = CollectorRegistry()
        self.turns = TurnMetrics(own)
        self.reminders = ReminderMetrics(own)
        self.service = ServiceMetrics(own)
        self.registry = own
        if folder := os.environ.get(_FOLDER_VARIABLE):
            # Of its own memory and CPU time a process could only report its own share.
            self.registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(self.registry, path=folder)  # type: ignore[no-untyped-call]
        else:
            ProcessCollector(registry=own)


@cache
def metrics() -> Metrics:
    """Return the metrics of this process; the first call decides where their values are."""
    return Metrics()


def share_metrics(folder: Path) -> None:
    """Keep the values in files of a folder, where the processes that share a port add theirs.

    It must be called before the first use of `metrics`. The library itself chooses by the
    variable when it is imported, and a program is imported before it gets its settings.
    """
    os.environ[_FOLDER_VARIABLE] = str(folder)
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]


def forget_process(pid: int) -> None:
    """Take a process that has ended out of what is counted of the living ones."""
    if _FOLDER_VARIABLE in os.environ:
        multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]

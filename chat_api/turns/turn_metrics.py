"""What is counted, timed and logged of each turn."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from chat_api.events import TerminalEvent, TurnFinished, Usage
from chat_api.turns.result import status_of
from db.errors import TodoError
from db.telemetry.logs import fields
from db.telemetry.metrics import metrics

logger = logging.getLogger(__name__)


class TurnClock:
    """Times one turn, from the message that it answers."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._has_text = False

    def text(self) -> None:
        """Note a piece of the reply; the first one counts."""
        if not self._has_text:
            self._has_text = True
            metrics().turns.first_text_seconds.observe(time.perf_counter() - self._began)

    def ended(self, event: TerminalEvent) -> None:
        """Count the turn by its end."""
        turns, outcome = metrics().turns, status_of(event).value
        code = "" if isinstance(event, TurnFinished) else event.code
        turns.ended.labels(outcome, code).inc()
        seconds = time.perf_counter() - self._began
        turns.seconds.labels(outcome).observe(seconds)
        logger.info(
            "Turn ended",
            extra=fields(
                outcome=outcome,
                code=code,
                seconds=round(seconds, 4),
                tools=[call.name for call in event.tool_calls if not call.is_error],
            ),
        )


@contextmanager
def counting_refusals() -> Iterator[None]:
    """Count a message for which the block begins no turn, by the code of the error."""
    try:
        yield
    except TodoError as error:
        metrics().turns.refused.labels(error.code).inc()
        raise


def count_usage(usage: Usage) -> None:
    """Count what a turn took of the model, however it ended."""
    turns = metrics().turns
    turns.model_calls.inc(usage.requests)
    turns.tokens.labels("input").inc(usage.input_tokens)
    turns.tokens.labels("output").inc(usage.output_tokens)

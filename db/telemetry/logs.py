"""Logs: one line for each event, as JSON or as text, without a text that a user wrote.

Code logs by the standard library. What a message says in its own words is ours; what it is filled
with are ids, codes and numbers. The context of the work (request, turn, conversation, the user's
hash) stands in each line. Of the messages of libraries only templates are taken over, and of
exceptions only their kinds and places: either could quote what a user wrote.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import orjson
import structlog
from structlog.contextvars import bind_contextvars, bound_contextvars
from structlog.typing import EventDict, WrappedLogger

from db.telemetry.settings import TelemetrySettings

__all__ = [
    "bind_contextvars",
    "bound_contextvars",
    "configure_logs",
    "fields",
    "request_id",
    "user_hash",
]

_OURS = ("auth", "chat_api", "db", "mcp_server")
# Its messages name no more than an exception, which is rendered like others.
_TRUSTED = frozenset({*_OURS, "uvicorn"})
_FRAMES = 12
_CAUSES = 5
_HASH_BYTES = 8
# What errors name without the words of anybody.
_DETAILS: Final = ("errno", "sqlstate", "status", "status_code")
_ROOT = str(Path(__file__).parents[2])

_key = b""


def configure_logs(settings: TelemetrySettings) -> None:
    """Write the logs of this process to its standard error, and drop handlers that were set."""
    global _key  # noqa: PLW0603  like the root logger, it is one for the process
    if settings.log_user_key is not None:
        _key = settings.log_user_key.get_secret_value().encode()[: blake2b.MAX_KEY_SIZE]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(as_text=_as_text(settings)))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(settings.log_level.upper())


def formatter(*, as_text: bool) -> logging.Formatter:
    """Return what renders a record, of ours or of a library."""
    renderer = structlog.dev.ConsoleRenderer(colors=False) if as_text else _as_json
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_foreign_words,
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        keep_exc_info=False,
        pass_foreign_args=True,
    )


def fields(**values: Any) -> dict[str, dict[str, Any]]:
    """Return what a log call takes as `extra`, to have the values as fields of the line."""
    return {"fields": values}


def request_id() -> str | None:
    """Return the id of the request that this work belongs to, if it belongs to one."""
    found: str | None = structlog.contextvars.get_contextvars().get("request_id")
    return found


def user_hash(user_id: str) -> str:
    """Return what stands for a user in logs: the same in all processes with the same key."""
    return blake2b(
        user_id.encode("utf-8", "replace"), key=_key, digest_size=_HASH_BYTES
    ).hexdigest()


def _as_text(settings: TelemetrySettings) -> bool:
    return settings.log_format == "text" or (settings.log_format == "auto" and sys.stderr.isatty())


def _as_json(_: WrappedLogger, __: str, event_dict: EventDict) -> str:
    return orjson.dumps(event_dict, default=str).decode()


def _without_foreign_words(_: WrappedLogger, __: str, event_dict: EventDict) -> EventDict:
    """Add the fields of a line of ours; take the words out of others, and out of exceptions."""
    record: logging.LogRecord = event_dict["_record"]
    is_template = bool(event_dict.pop("positional_args", ())) and isinstance(record.msg, str)
    if record.name.partition(".")[0] in _TRUSTED:
        event_dict.update(getattr(record, "fields", {}))
    else:
        event_dict["event"] = record.msg if is_template else "…"
        event_dict["where"] = f"{_place(record.pathname)}:{record.lineno} {record.funcName}"
    event_dict.pop("exc_info", None)
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        event_dict["exception"] = "\n".join(_described(error))
    return event_dict


def _described(error: BaseException) -> Iterator[str]:
    """Yield the lines of an exception and its causes: kinds, numbers and places."""
    cause: BaseException | None = error
    for _ in range(_CAUSES):
        if cause is None:
            return
        details = [(name, getattr(cause, name, None)) for name in _DETAILS]
        known = "".join(f" {name}={value}" for name, value in details if _is_code(value))
        yield f"{type(cause).__module__}.{type(cause).__qualname__}{known}"
        for frame in traceback.extract_tb(cause.__traceback__)[-_FRAMES:]:
            yield f"  {_place(frame.filename)}:{frame.lineno} {frame.name}"
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _is_code(value: object) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and value.isalnum() and len(value) < 9)


def _place(path: str) -> str:
    """Return the path of a file of ours or of a library, without where they are installed."""
    _, found, library = path.rpartition("site-packages/")
    return library if found else path.removeprefix(f"{_ROOT}/")

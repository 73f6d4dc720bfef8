"""A secret with an unusable value stops a program in a few lines, and is in none of them."""

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from chat_api.supervisor.web_app import WebAppSettings
from db.secret_files import is_secret, variable_name
from mcp_server.settings import McpSettings
from tests.cli.processes import ends_of_starts

pytestmark = pytest.mark.requirement("FR-RUN-027")

WORD = "Zq9hunter2"
_LOCKED = ec.generate_private_key(ec.SECP256R1()).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
)

API, WORKER, MCP, MIGRATION = (
    *("chat_api.server", "chat_api.worker.__main__", "mcp_server.program"),
    "chat_api.supervisor.migration",
)
PROGRAMS = {
    "DATABASE_URL": (API, WORKER, MCP, MIGRATION),
    "DATABASE_DIRECT_URL": (API, WORKER, MCP, MIGRATION),
    "BETTER_AUTH_SECRET": (API,),
    "LOGIN_SECRET": (API,),
    "API_SIGNING_KEY": (API,),
    "VAPID_PRIVATE_KEY": (API, WORKER),
    "SMTP_URL": (API, WORKER),
    "OPENAI_API_KEY": (API,),
    "MCP_STATE_KEY": (MCP,),
}
BAD_VALUES = {
    "DATABASE_URL": [
        f"mysql://me:{WORD}@db.example/todo",
        f"postgresql://me:{WORD}/x@db.example/todo",
        f"postgresql://me:{WORD}@[db.example/todo",
        f"{WORD}",
    ],
    "DATABASE_DIRECT_URL": [f"mysql://me:{WORD}@db.example/todo", f"{WORD}"],
    "BETTER_AUTH_SECRET": [WORD, f'{{"kty": "oct", "k": "{WORD}{WORD}{WORD}{WORD}"}}'],
    "LOGIN_SECRET": [WORD, f"a secret of well over 32 characters,{WORD}"],
    "API_SIGNING_KEY": [WORD, f"-----BEGIN PRIVATE KEY-----\n{WORD}\n-----END PRIVATE KEY-----\n"],
    "VAPID_PRIVATE_KEY": [WORD, _LOCKED.decode()],
    "SMTP_URL": [f"smtp://me:{WORD}@", f"smtp://me:{WORD}/x@mail.example", WORD],
    "OPENAI_API_KEY": [f"{WORD}\x01", f"{WORD}ü"],
    "MCP_STATE_KEY": [WORD],
}
# Only a program over stdio reads the first, and reports what `Credentials` says of it; any text is
# a key of the second.
NOT_READ_AT_START = {"TODOCHAT_TOKEN", "LOG_USER_KEY"}


def test_every_secret_setting_is_tried() -> None:
    secret = {
        variable_name(field, info)
        for kind in (WebAppSettings, McpSettings)
        for field, info in kind.model_fields.items()
        if is_secret(info)
    }
    assert secret == PROGRAMS.keys() | NOT_READ_AT_START
    assert PROGRAMS.keys() == BAD_VALUES.keys()


@pytest.mark.parametrize("program", [API, WORKER, MCP, MIGRATION])
def test_a_bad_secret_is_named_and_not_shown(tmp_path: Path, program: str) -> None:
    starts = [
        (name, value)
        for name, programs in PROGRAMS.items()
        if program in programs
        for value in BAD_VALUES[name]
    ]
    url = "postgresql://me@127.0.0.1:1/todo"
    logged, ends = ends_of_starts(program, starts, tmp_path, DATABASE_URL=url)
    assert WORD not in "".join(logged)
    for (name, _), end in zip(starts, ends, strict=True):
        assert WORD not in end
        assert end.count("\n") <= 1, end
        assert re.search(rf"{name}|secret|key", end), end

"""What is changed, and which tests may notice."""

_TURNS = [
    *("test_chat", "test_conversations", "test_limits", "test_model_faults", "test_recovery"),
    *("test_injection", "test_running_turns", "test_turns"),
]
_DATA = [
    *("test_access_tokens", "test_calendar", "test_conversations", "test_export", "test_import"),
    *("test_lists", "test_reminders", "test_tasks", "test_user_settings"),
]
_TOKENS = ["test_access", "test_failed_tokens", "test_recent_login"]
_TOKENS += ["test_revocations"]

PACKAGES = {
    "auth": [
        *("tests/auth", "tests/mcp_server/test_request_state.py"),
        *(f"tests/api/{name}.py" for name in _TOKENS),
    ],
    "db": ["tests/db", "tests/telemetry", *(f"tests/api/{name}.py" for name in _DATA)],
    "mcp_server": [
        *("tests/mcp_server", "tests/api/test_failed_tokens.py", "tests/api/test_injection.py"),
        "tests/specs/test_contracts.py",
    ],
    "chat_api/turns": [
        *("tests/chatkit_protocol", "tests/telemetry"),
        *(f"tests/api/{name}.py" for name in _TURNS),
    ],
}
UNCHANGED = [
    # These run in processes of their own, or are over once the modules are imported.
    *("auth/handover.py", "db/columns.py", "db/embedded/*", "db/migrations/*", "db/*models.py"),
    *("*/__main__.py", "mcp_server/program.py"),
    # uvicorn calls it without arguments, to see whether it makes an application: one that is
    # changed fails at another time.
    "auth/response_headers.py",
]
# What the tests read beside the code.
COPIED = ["specs", "docs", "deploy", "Makefile", "README.md", ".env.example"]

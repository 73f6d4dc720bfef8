"""What is changed, and which tests may notice."""

_TURNS = [
    *("test_chat", "test_conversations", "test_limits", "test_model_faults", "test_recovery"),
    *("test_running_turns", "test_turns"),
]
_DATA = ["test_lists", "test_reminders", "test_tasks"]

_TOKENS = ["test_access", "test_failed_tokens", "test_recent_login", "test_revocations"]

PACKAGES = {
    "auth": ["tests/auth", *(f"tests/api/{name}.py" for name in _TOKENS)],
    "db": ["tests/db", *(f"tests/api/{name}.py" for name in (*_DATA, "test_conversations"))],
    "mcp_server": ["tests/mcp_server"],
    "chat_api/turns": [f"tests/api/{name}.py" for name in _TURNS],
}
# These are run by processes of their own, which the changes don't reach.
UNCHANGED = ["db/embedded/*", "db/migrations/*", "*/__main__.py"]
# What the tests read beside the code.
COPIED = ["specs", "Makefile", "README.md", ".env.example"]

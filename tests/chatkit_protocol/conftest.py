from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from db.engine import Sessions
from tests.chatkit_protocol.panel import Panel
from tests.model_server import ModelServer
from tests.stack import Stack, running_stack


@pytest.fixture
def panel(stack: Stack, user: str) -> Panel:
    """The protocol with the built-in model behind it."""
    return Panel(stack, user)


@pytest.fixture
async def scripted(
    committed: Sessions, tmp_path: Path, model_server: ModelServer, user: str
) -> AsyncIterator[Panel]:
    """The protocol with a model whose answers the test decides."""
    given: dict[str, Any] = {
        "chat_provider": "openai",
        "openai_api_key": "sk-test",
        "openai_base_url": model_server.url,
        "model_max_retries": 0,
    }
    async with running_stack(committed, tmp_path, **given) as stack:
        yield Panel(stack, user)

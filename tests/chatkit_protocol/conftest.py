from typing import Any

import pytest

from tests.chatkit_protocol.panel import Panel
from tests.model_server import ModelServer
from tests.stack import Stack, Stacks


@pytest.fixture
def panel(stack: Stack, user: str) -> Panel:
    """The protocol with the built-in model behind it."""
    return Panel(stack, user)


@pytest.fixture
async def scripted(stacks: Stacks, model_server: ModelServer, user: str) -> Panel:
    """The protocol with a model whose answers the test decides."""
    settings: dict[str, Any] = {
        "chat_provider": "openai",
        "openai_api_key": "sk-test",
        "openai_base_url": model_server.url,
        "model_max_retries": 0,
    }
    return Panel(await stacks.get(**settings), user)

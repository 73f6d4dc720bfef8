from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, get_args

import pytest
from pydantic import SecretStr

from chat_api.agent.models import ChatModel, build_model
from chat_api.settings import ApiSettings, ProviderName
from tests.model_server import ModelServer

VENDORS = [name for name in get_args(ProviderName) if name != "offline"]

BuildModel = Callable[..., Awaitable[ChatModel]]


@pytest.fixture(params=VENDORS)
def provider(request: pytest.FixtureRequest) -> ProviderName:
    name: ProviderName = request.param
    return name


@pytest.fixture(params=get_args(ApiSettings.model_fields["model_client"].annotation))
def model_client(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
async def make_model(
    model_server: ModelServer, provider: ProviderName, model_client: str
) -> AsyncIterator[BuildModel]:
    """Build models that talk to the model server; close them when the test is over."""
    async with AsyncExitStack() as open_models:

        async def make(**changes: Any) -> ChatModel:
            given: dict[str, Any] = {
                "chat_provider": provider,
                "model_client": model_client,
                "openai_api_key": SecretStr("sk-test"),
                "openai_base_url": model_server.url,
                "chat_model": "gpt-6.1-terra",
                "model_timeout": 5,
                "model_max_retries": 0,
            }
            model = build_model(ApiSettings(**(given | changes)))
            open_models.push_async_callback(model.aclose)
            return model

        yield make


@pytest.fixture
async def chat_model(make_model: BuildModel) -> ChatModel:
    return await make_model()

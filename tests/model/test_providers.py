from typing import Any

import pytest
from pydantic import SecretStr

from chat_api.agent.models import ConfigurationError, build_model
from chat_api.settings import ApiSettings


def _settings(**given: Any) -> ApiSettings:
    nothing = {"chat_provider": None, "openai_api_key": None, "openai_base_url": None}
    return ApiSettings(**(nothing | given))


@pytest.mark.requirement("FR-CHAT-212")
@pytest.mark.parametrize(
    ("given", "provider", "name"),
    [
        ({}, "offline", "offline"),
        ({"openai_api_key": SecretStr("sk-1"), "chat_model": "gpt-x"}, "openai", "gpt-x"),
        ({"openai_base_url": "http://localhost:1/v1", "chat_model": "q"}, "openai-chat", "q"),
        ({"openai_api_key": SecretStr("sk-1"), "chat_provider": "offline"}, "offline", "offline"),
    ],
)
async def test_the_settings_choose_the_model(
    given: dict[str, Any], provider: str, name: str
) -> None:
    model = build_model(_settings(**given))
    await model.aclose()
    assert (model.provider, model.name) == (provider, name)


@pytest.mark.requirement("FR-CHAT-206")
@pytest.mark.parametrize(
    ("given", "variable"),
    [
        ({"chat_provider": "openai"}, "OPENAI_API_KEY"),
        ({"chat_provider": "openai", "openai_api_key": SecretStr("  ")}, "OPENAI_API_KEY"),
        ({"openai_api_key": SecretStr("sk-\n1")}, "OPENAI_API_KEY"),
        ({"openai_base_url": "localhost:11434/v1"}, "OPENAI_BASE_URL"),
        ({"openai_base_url": "http://"}, "OPENAI_BASE_URL"),
        ({"openai_base_url": "http://[::1"}, "OPENAI_BASE_URL"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_one_line(
    given: dict[str, Any], variable: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        build_model(_settings(**given))
    assert str(raised.value).startswith(variable)
    assert "\n" not in str(raised.value)


@pytest.mark.requirement("FR-CHAT-205")
async def test_the_vendors_own_host_is_told_to_store_no_chat_completion() -> None:
    model = build_model(
        _settings(chat_provider="openai-chat", openai_base_url="https://api.openai.com/v1")
    )
    await model.aclose()
    assert model.settings.store is False

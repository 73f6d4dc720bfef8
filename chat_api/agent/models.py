"""The model of a process, built by the provider that the settings name."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx2
from agents import ModelSettings
from agents.models.interface import Model
from agents.models.openai_chatcompletions import OpenAIChatCompletionsModel
from agents.models.openai_responses import OpenAIResponsesModel
from openai import AsyncOpenAI

from chat_api.agent.chat_wire import ChatWire
from chat_api.agent.model_endpoint import ModelEndpoint
from chat_api.agent.offline_model import OfflineModel
from chat_api.agent.openai_client import vendor_client
from chat_api.agent.openai_model import OpenAIModel, Wire
from chat_api.agent.reasoning import responses_settings
from chat_api.agent.response_guard import GuardedModel
from chat_api.agent.responses_wire import ResponsesWire
from chat_api.settings import ApiSettings, ProviderName

_VENDOR_HOST = "api.openai.com"
# The client insists on a key; servers that need none take any.
_NO_KEY = "unused"


class ConfigurationError(Exception):
    """The settings name no usable model; the message is one line for the operator."""


@dataclass(frozen=True)
class ChatModel:
    """The model of a process, with the settings of its requests.

    Attributes:
        model: The SDK's model. Any number of runs may share it.
        name: The name that users and stored turns see: "offline", or the vendor's.
        provider: The provider that built it.
        settings: The SDK's settings for its requests.
        reads_details: Whether it reads the details of its earlier replies.

    """

    model: Model
    name: str
    provider: ProviderName
    settings: ModelSettings
    reads_details: bool = False
    _client: AsyncOpenAI | None = None

    async def aclose(self) -> None:
        """Close the model and its HTTP client."""
        await self.model.close()
        if self._client is not None:
            await self._client.close()


def build_model(settings: ApiSettings) -> ChatModel:
    """Build the model that the settings name.

    Raises:
        ConfigurationError: A key is missing, or a key or URL is malformed.

    """
    return _PROVIDERS[settings.provider](settings)


def _openai(settings: ApiSettings) -> ChatModel:
    if not _api_key(settings):
        raise ConfigurationError("OPENAI_API_KEY is not set, and provider openai needs it")
    cap = ModelSettings(max_tokens=settings.max_output_tokens)
    model_settings = responses_settings(settings.chat_model).resolve(cap)
    return _vendor_model(settings, ResponsesWire(), OpenAIResponsesModel, model_settings)


def _openai_chat(settings: ApiSettings) -> ChatModel:
    model_settings = ModelSettings(parallel_tool_calls=True, include_usage=True).resolve(
        _vendor_settings(settings.max_output_tokens)
        if httpx2.URL(base_url(settings)).host == _VENDOR_HOST
        else ModelSettings(max_tokens=settings.max_output_tokens)
    )
    return _vendor_model(settings, ChatWire(), OpenAIChatCompletionsModel, model_settings)


def _vendor_settings(cap: int) -> ModelSettings:
    """Return the fields that only the vendor itself takes; other servers may refuse them.

    It stores by default, and its models that reason refuse the older name of the cap.
    """
    return ModelSettings(store=False, extra_args={"max_completion_tokens": cap})


def _offline(_: ApiSettings) -> ChatModel:
    return ChatModel(OfflineModel(), "offline", "offline", ModelSettings(), reads_details=True)


_PROVIDERS: dict[ProviderName, Callable[[ApiSettings], ChatModel]] = {
    "openai": _openai,
    "openai-chat": _openai_chat,
    "offline": _offline,
}


def _vendor_model(
    settings: ApiSettings,
    wire: Wire,
    sdk_model: Callable[[str, AsyncOpenAI], Model],
    model_settings: ModelSettings,
) -> ChatModel:
    client = _client(settings) if settings.model_client == "sdk" else None
    model = (
        sdk_model(settings.chat_model, client)
        if client
        else OpenAIModel(settings.chat_model, _endpoint(settings), wire)
    )
    guarded = GuardedModel(model, settings.model_timeout)
    return ChatModel(
        guarded, settings.chat_model, settings.provider, model_settings, _client=client
    )


def _endpoint(settings: ApiSettings) -> ModelEndpoint:
    return ModelEndpoint(
        base_url=base_url(settings),
        api_key=_api_key(settings) or _NO_KEY,
        max_silence=settings.model_timeout,
        max_retries=settings.model_max_retries,
    )


def _client(settings: ApiSettings) -> AsyncOpenAI:
    return vendor_client(
        base_url=base_url(settings),
        api_key=_api_key(settings) or _NO_KEY,
        max_silence=settings.model_timeout,
        max_retries=settings.model_max_retries,
    )


def _api_key(settings: ApiSettings) -> str:
    secret = settings.openai_api_key
    key = secret.get_secret_value().strip() if secret else ""
    if not (key.isascii() and key.isprintable()):
        raise ConfigurationError("OPENAI_API_KEY holds characters that no key has")
    return key


def base_url(settings: ApiSettings) -> str:
    """Return the address of the model's API.

    Raises:
        ConfigurationError: The one that is set is no address.
    """
    address = settings.openai_base_url or f"https://{_VENDOR_HOST}/v1"
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL as error:
        raise ConfigurationError(f"OPENAI_BASE_URL is not a URL: {error}") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise ConfigurationError("OPENAI_BASE_URL must begin with http:// or https:// and a host")
    return address

from typing import Any

from tests.model_server import ModelServer


def vendor_settings(model_server: ModelServer) -> dict[str, Any]:
    """The settings of a stack whose model is that of the test."""
    return {
        "chat_provider": "openai",
        "openai_api_key": "sk-test",
        "openai_base_url": model_server.url,
    }

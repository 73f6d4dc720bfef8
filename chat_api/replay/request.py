"""The arguments of `todochat replay`, checked before anything is loaded or started."""

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from chat_api.settings import ProviderName

REPORT_KINDS = (".json", ".xml", ".html")
_MODEL_NAME = re.compile(
    r"(?P<provider>offline)|(?P<of>openai|openai-chat):(?P<model>[^@\s]+)(?:@(?P<url>https?://\S+))?"
)


class ReplayRequest(BaseModel):
    """The arguments of the command, which its program reads as JSON."""

    scripts: list[Path]
    url: str | None = None
    models: list[str] = []
    repeat: int = 1
    jobs: int = 1
    reports: list[Path] = []


class ModelChoice(BaseModel):
    """A provider, one of its models, and the URL that serves it if not the provider's own."""

    provider: ProviderName
    model: str | None = None
    url: str | None = None

    @property
    def variables(self) -> Mapping[str, str]:
        """The environment variables that select it."""
        variables = {
            "CHAT_PROVIDER": self.provider,
            "CHAT_MODEL": self.model,
            "OPENAI_BASE_URL": self.url,
        }
        return {name: value for name, value in variables.items() if value is not None}


def parse_model(name: str) -> ModelChoice:
    """Parse `offline`, `openai:MODEL` or `openai-chat:MODEL@URL`.

    Raises:
        ValueError: It is none of these.
    """
    found = _MODEL_NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} is neither offline, openai:MODEL nor openai-chat:MODEL@URL")
    return ModelChoice.model_validate(
        {
            "provider": found["provider"] or found["of"],
            "model": found["model"],
            "url": found["url"],
        }
    )

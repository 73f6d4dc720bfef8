"""Models by their names on the command line."""

import re
from collections.abc import Mapping

from pydantic import BaseModel

from chat_api.settings import ProviderName

_NAME = re.compile(
    r"(?P<provider>offline)|(?P<of>openai|openai-chat):(?P<model>[^@\s]+)(?:@(?P<url>https?://\S+))?"
)


class ChosenModel(BaseModel):
    """A provider, the model there, and where it is served if not where its provider says."""

    provider: ProviderName
    model: str | None = None
    url: str | None = None

    @property
    def variables(self) -> Mapping[str, str]:
        """The environment that brings it."""
        chosen = {
            "CHAT_PROVIDER": self.provider,
            "CHAT_MODEL": self.model,
            "OPENAI_BASE_URL": self.url,
        }
        return {name: value for name, value in chosen.items() if value is not None}


def chosen_model(name: str) -> ChosenModel:
    """Read `offline`, `openai:MODEL` or `openai-chat:MODEL@URL`.

    Raises:
        ValueError: it is neither.

    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} is neither offline, openai:MODEL nor openai-chat:MODEL@URL")
    return ChosenModel.model_validate(
        {
            "provider": found["provider"] or found["of"],
            "model": found["model"],
            "url": found["url"],
        }
    )

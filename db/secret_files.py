"""Secrets that are read from files: `NAME_FILE` names the file that holds the secret `NAME`.

Containers and systemd hand secrets over as files, where no list of processes shows them.
"""

import os
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

SUFFIX = "_FILE"


class SecretUnreadable(Exception):
    """The file of a secret can't be read; `str(error)` names its variable."""


class HoldsSecret:
    """Marks a setting that is no `SecretStr`, and yet may hold a password."""


HOLDS_SECRET: Final = HoldsSecret()


def variable_name(field: str, info: FieldInfo) -> str:
    """Return the environment variable of a setting."""
    return str(info.validation_alias or field).upper()


def is_secret(info: FieldInfo) -> bool:
    """Whether the setting may be read from a file."""
    return SecretStr in get_args(info.annotation) or HOLDS_SECRET in info.metadata


class SecretFiles(PydanticBaseSettingsSource):
    """The secrets that the sources before this one leave open, from the files that are named."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the secret, its field, and that it is plain text.

        Raises:
            SecretUnreadable: The file that is named can't be read.
        """
        variable = variable_name(field_name, field) + SUFFIX
        path = os.environ.get(variable)
        return (_read(variable, Path(path)) if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the secrets by their fields.

        Raises:
            SecretUnreadable: A file that is named can't be read.
        """
        fields = self.settings_cls.model_fields.items()
        found = {
            name: self.get_field_value(info, name)[0]
            for name, info in fields
            if is_secret(info) and name not in self.current_state
        }
        return {name: value for name, value in found.items() if value}


def _read(variable: str, path: Path) -> str:
    """Return the text of a file without the white space around it; an empty one sets nothing."""
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        reason = error.strerror or str(error)
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    raise SecretUnreadable(f"{variable}: {path} can't be read: {reason}.")

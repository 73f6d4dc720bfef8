"""The settings of a command: from the environment, and from `.env` in the working folder."""

from pathlib import Path

from dotenv import load_dotenv
from pydantic import ValidationError

from chat_api.settings import ApiSettings


class ConfigurationProblem(Exception):
    """A variable has no usable value; each line of `str(error)` names one."""


def load_environment_file() -> None:
    """Take variables that are not set yet from `.env` in the working folder.

    Raises:
        ConfigurationProblem: there is such a file, but it can't be read.

    """
    try:
        load_dotenv(Path.cwd() / ".env")
    except (OSError, ValueError) as error:
        raise ConfigurationProblem(f".env can't be read: {error}") from error


def read_settings() -> ApiSettings:
    """Return the settings, with the data folder as an absolute path.

    Raises:
        ConfigurationProblem: a variable has no usable value.

    """
    try:
        settings = ApiSettings()
        folder = settings.data_dir.expanduser().absolute()
    except ValidationError as error:
        raise ConfigurationProblem("\n".join(_lines(error))) from error
    except RuntimeError as error:
        raise ConfigurationProblem(f"TODOCHAT_DATA_DIR: {error}") from error
    return settings.model_copy(update={"data_dir": folder})


def _lines(error: ValidationError) -> list[str]:
    # Values are not shown: some are secret.
    return [f"{str(one['loc'][0]).upper()}: {one['msg']}." for one in error.errors()]

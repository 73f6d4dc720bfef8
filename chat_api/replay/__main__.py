"""Replay scripts: `python -m chat_api.replay REQUEST`, which `todochat replay` puts together.

A program of its own, so that no other command has to load the evaluation library.
"""

import asyncio
import sys
from typing import NoReturn

from rich.console import Console

from auth.errors import AuthError
from chat_api.client.errors import ClientError
from chat_api.replay.reading import ScriptRefused
from chat_api.replay.request import ReplayRequest
from chat_api.replay.run import replay
from chat_api.settings import ConfigurationProblem, read_settings
from chat_api.supervisor.errors import StartError, Stopped
from db.embedded import EmbeddedError

_FAILED = 1
_REFUSED = 2
_INTERRUPTED = 130


def main() -> None:
    """Exit with 0 if all was as scripted, 1 if not, and 2 if a script is refused."""
    request = ReplayRequest.model_validate_json(sys.argv[1])
    try:
        report = asyncio.run(replay(request, read_settings(), Console()))
    except ScriptRefused as error:
        _complain(str(error), _REFUSED)
    except (
        AuthError, ClientError, ConfigurationProblem, EmbeddedError, StartError, OSError
    ) as error:  # fmt: skip
        _complain(f"todochat: {error}", _FAILED)
    except (KeyboardInterrupt, Stopped):
        sys.exit(_INTERRUPTED)
    sys.exit(0 if report.passed else _FAILED)


def _complain(text: str, code: int) -> NoReturn:
    Console(stderr=True).print(text, style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(code)


if __name__ == "__main__":
    main()

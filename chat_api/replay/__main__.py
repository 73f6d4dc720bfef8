"""The program behind `todochat replay`: `python -m chat_api.replay REQUEST`.

Apart from the command, so that no other one has to load the evaluation library.
"""

import asyncio
import sys
from typing import NoReturn

from rich.console import Console

from auth.errors import AuthError
from chat_api.client.errors import ClientError
from chat_api.replay.reading import ScriptRefused
from chat_api.replay.request import ReplayRequest
from chat_api.replay.run import run
from chat_api.settings import read_settings
from chat_api.supervisor.processes import StartError
from chat_api.supervisor.signals import Stopped
from db.embedded import EmbeddedError
from db.settings import ConfigurationProblem

_FAILED = 1
_REFUSED = 2
_INTERRUPTED = 130
_ERRORS = (AuthError, ClientError, ConfigurationProblem, EmbeddedError, StartError, OSError)


def main() -> None:
    """Exit with 0 if everything passed, 1 if not, and 2 if a script is refused."""
    request = ReplayRequest.model_validate_json(sys.argv[1])
    try:
        report = asyncio.run(run(request, read_settings(), Console()))
    except ScriptRefused as error:
        _exit(str(error), _REFUSED)
    except _ERRORS as error:
        _exit(f"todochat: {error}", _FAILED)
    except (KeyboardInterrupt, Stopped):
        sys.exit(_INTERRUPTED)
    sys.exit(0 if report.passed else _FAILED)


def _exit(message: str, code: int) -> NoReturn:
    Console(stderr=True).print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(code)


if __name__ == "__main__":
    main()

"""The command `todochat doctor`."""

import asyncio
import sys
from typing import Annotated

import typer

from chat_api.settings import read_settings
from chat_api.supervisor.processes import StartError
from chat_api.supervisor.standalone import call_standalone, run_module, run_over_database
from db.embedded import EmbeddedError
from db.settings import ConfigurationProblem

# Loaded by who needs it, so that no other command loads the libraries of all that it checks.
_PROGRAM = "chat_api.doctor"


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check everything that Todochat needs, and say what to do about what is wrong."""
    arguments = ["--json"] if as_json else []
    try:
        settings = read_settings()
    except ConfigurationProblem:
        # The program reads them again, and reports what is wrong.
        run_module(_PROGRAM, arguments, {})
    run_over_database(settings, _PROGRAM, arguments)
    try:
        sys.exit(asyncio.run(call_standalone(settings, _PROGRAM, [*arguments, "--embedded"])))
    except (EmbeddedError, StartError) as problem:
        run_module(_PROGRAM, [*arguments, "--database-problem", str(problem)], {})

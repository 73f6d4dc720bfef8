"""The command `todochat replay`."""

from pathlib import Path
from typing import Annotated

import typer

from chat_api.replay.request import REPORT_KINDS, ReplayRequest, parse_model
from chat_api.supervisor.standalone import run_module

_PROGRAM = "chat_api.replay"


def _validate_models(names: list[str] | None) -> list[str] | None:
    for name in names or []:
        try:
            parse_model(name)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    return names


def _validate_reports(paths: list[Path] | None) -> list[Path] | None:
    for path in paths or []:
        if path.suffix not in REPORT_KINDS:
            raise typer.BadParameter(f"{path} ends in none of {', '.join(REPORT_KINDS)}")
        if not path.absolute().parent.is_dir():
            raise typer.BadParameter(f"there is no folder for {path}")
    return paths


def replay(
    scripts: Annotated[
        list[Path], typer.Argument(metavar="SCRIPT", help="Scripts in YAML, or folders of them.")
    ],
    url: Annotated[
        str | None,
        typer.Option(help="The API to judge; without it, a stack of our own that is thrown away."),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="For that stack: offline, openai:MODEL or openai-chat:MODEL@URL; several compare.",
            callback=_validate_models,
        ),
    ] = None,
    repeat: Annotated[int, typer.Option(min=1, help="Times to play each conversation.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Conversations to play at once.")] = 1,
    report: Annotated[
        list[Path] | None,
        typer.Option(
            help="File to write: .json, .xml (JUnit) or .html.", callback=_validate_reports
        ),
    ] = None,
) -> None:
    """Replay scripted conversations, and judge the replies and tool calls."""
    if url and model:
        raise typer.BadParameter("the service at --url has its own", param_hint="--model")
    request = ReplayRequest(
        scripts=scripts,
        url=url,
        models=model or [],
        repeat=repeat,
        jobs=jobs,
        reports=report or [],
    )
    run_module(_PROGRAM, [request.model_dump_json()], {})

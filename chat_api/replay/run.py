"""A whole replay: the scripts, each model, the table and the reports."""

from collections.abc import Mapping

from rich.console import Console

from chat_api.replay.chosen_model import chosen_model
from chat_api.replay.evaluation import Played, evaluate
from chat_api.replay.reading import read_scripts
from chat_api.replay.report import ModelReport, Report
from chat_api.replay.request import ReplayRequest
from chat_api.replay.results import model_report
from chat_api.replay.script import Script
from chat_api.replay.service import TargetService
from chat_api.replay.stack import served_by, temporary_stack
from chat_api.replay.table import show
from chat_api.replay.writing import write
from chat_api.settings import ApiSettings
from chat_api.supervisor.errors import Stopped
from chat_api.supervisor.race import race
from chat_api.supervisor.signals import StopSignals
from chat_api.supervisor.watch import until_trouble


async def replay(request: ReplayRequest, settings: ApiSettings, console: Console) -> Report:
    """Play all scripts, show what came of it and write the reports.

    Raises:
        ScriptRefused: a script is broken.
        ClientError: the service at the URL does not answer.
        StartError: a stack of our own does not start, or did not go on.
        EmbeddedError: its Postgres does not start.
        Stopped: a signal asked to stop.
        AuthError: no token can be made.

    """
    scripts = read_scripts(request.scripts)
    if request.url is not None:
        models = [await _elsewhere(request, request.url, scripts, settings, console)]
    else:
        names: list[str | None] = [*request.models] or [None]
        models = [await _ours(request, name, scripts, settings, console) for name in names]
    report = Report(models=models)
    show(report, console)
    for path in request.reports:
        write(report, path)
    return report


async def _elsewhere(
    request: ReplayRequest,
    url: str,
    scripts: Mapping[str, Script],
    settings: ApiSettings,
    console: Console,
) -> ModelReport:
    service = served_by(settings, url)
    await service.check()
    return model_report(await _played(request, scripts, service, console), None)


async def _ours(
    request: ReplayRequest,
    name: str | None,
    scripts: Mapping[str, Script],
    settings: ApiSettings,
    console: Console,
) -> ModelReport:
    variables = chosen_model(name).variables if name else {}
    with StopSignals() as stop:
        async with temporary_stack(settings, variables, stop) as stack:
            playing = _played(request, scripts, stack.service, console)
            played = await race(playing, until_trouble(stack.programs, stop))
    if played is None:
        raise Stopped
    return model_report(played, name)


async def _played(
    request: ReplayRequest, scripts: Mapping[str, Script], service: TargetService, console: Console
) -> Played:
    return await evaluate(
        scripts,
        service,
        repeat=request.repeat,
        jobs=request.jobs,
        progress=console.is_terminal,
    )

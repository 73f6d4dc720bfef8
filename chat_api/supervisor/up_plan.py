"""The plan of `todochat up`, made of the settings."""

import os

from rich.console import Console

from chat_api.settings import ApiSettings
from chat_api.supervisor.local_models import USUAL_SERVERS
from chat_api.supervisor.plan import Plan
from chat_api.supervisor.services import services
from chat_api.supervisor.web_app import WebAppSettings, is_built, issuer_variables, web_app
from chat_api.supervisor.welcome import this_command, welcome
from db.embedded import usable_folder


def plan_up(settings: ApiSettings, console: Console) -> Plan:
    """Return the plan, with what to print at this terminal once all services are ready.

    Raises:
        EmbeddedError: The data folder can't be used.
        AuthError: No token can be made.
    """
    web = is_built()
    data_dir = usable_folder(settings.data_dir)
    web_settings = WebAppSettings().model_copy(update={"data_dir": data_dir})
    all_services = (*services(settings), *([web_app(web_settings)] if web else []))
    with console.capture() as printed:
        welcome(console, settings, all_services, data_dir)
    return Plan(
        host=settings.host,
        data_dir=data_dir,
        database_url=settings.database_url,
        services=all_services,
        variables=issuer_variables(settings) if web else {},
        welcome=printed.get(),
        command="make run" if "MAKELEVEL" in os.environ else f"{this_command()} up",
        model_servers=USUAL_SERVERS if settings.provider == "offline" else (),
    )

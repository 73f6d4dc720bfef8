"""The program behind `todochat doctor`, over DATABASE_URL if that is set."""

import asyncio
import logging
import os
import sys
from argparse import ArgumentParser

from chat_api.doctor.checks import Installation, check_all
from chat_api.doctor.finding import error
from chat_api.doctor.report import print_report
from chat_api.settings import ApiSettings
from chat_api.supervisor.plan import Service
from chat_api.supervisor.services import services
from chat_api.supervisor.web_app import is_built
from db.settings import ConfigurationProblem, load_settings


def main() -> None:
    """Check, report, and exit with 1 if something does not work."""
    parser = ArgumentParser("todochat doctor")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--embedded", action="store_true")
    parser.add_argument("--database-problem")
    given = parser.parse_args()
    # The findings say what is wrong; libraries that log it too would only repeat it.
    logging.basicConfig(handlers=[logging.NullHandler()])
    try:
        settings = load_settings(ApiSettings)
    except ConfigurationProblem as problem:
        findings = [error("settings", str(problem), "Correct it in the environment or in .env.")]
    else:
        installation = Installation(
            settings, os.environ, _services(settings), given.database_problem, given.embedded
        )
        findings = asyncio.run(check_all(installation))
    sys.exit(print_report(findings, as_json=given.json))


def _services(settings: ApiSettings) -> list[Service]:
    """Return the services of this machine; that of the web app without the key that it gets."""
    web = Service(
        name="web",
        title="Web app",
        module="chat_api.supervisor.web_process",
        variable="WEB_PORT",
        port=settings.web_port,
        url=settings.web_address,
        stop_seconds=0,
    )
    return [*services(settings), *([web] if is_built() else [])]


if __name__ == "__main__":
    main()

"""The table of clients in docs/assistants.md, as the definitions of what runs have it."""

from tests.clients import test_inspector
from tests.clients.installed import locked_npm_version
from tests.clients.matrix import CLIENTS, LEGACY, MODERN, TRANSPORTS, Client
from tests.clients.steps import STEPS
from tests.conformance import suite
from tests.conformance.verdicts import APPLYING
from tests.specs.documents import Row

_WORK = ", ".join(dict.fromkeys(step.name for step in STEPS))


def expected_rows() -> list[Row]:
    """Every client and suite with its version, its ways in, and what it has passed."""
    return [*map(_of_client, CLIENTS), _of_inspector(), _of_conformance()]


def _of_client(client: Client) -> Row:
    revisions = ", ".join(client.revisions)
    ways_in = {way: revisions if way in TRANSPORTS else "" for way in ("HTTP", "stdio")}
    return _row(
        client.package, client.version, passed=f"{_WORK}; 401 over HTTP without a token", **ways_in
    )


def _of_inspector() -> Row:
    revisions = ", ".join(test_inspector.ERAS)
    return _row(
        test_inspector.PACKAGE,
        locked_npm_version(test_inspector.PACKAGE),
        HTTP=revisions,
        stdio=revisions,
        passed="`tools/list --strict`",
    )


def _of_conformance() -> Row:
    legacy, modern = len(APPLYING[LEGACY]), len(APPLYING[MODERN])
    return _row(
        suite.PACKAGE,
        locked_npm_version(suite.PACKAGE),
        HTTP=", ".join(APPLYING),
        stdio="",
        passed=f"all scenarios that apply, {legacy} and {modern}",
    )


def _row(package: str, version: str, **cells: str) -> Row:
    return {"client": f"`{package}`", "version": version, **cells}

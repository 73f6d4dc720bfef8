"""The Postgres server that a URL names, and connections to it.

A peer that falls silent, as one does whose machine or network fails, would keep a connection for as
long as the kernel retries. So each side has a limit: Postgres for a statement and for a transaction
in which nothing happens, the kernel for what is not acknowledged, and the driver for the rest.
"""

import logging
import re
import socket
import ssl
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import asyncpg

from db.settings import STATEMENT_SECONDS
from db.telemetry.statements import trace_query
from db.telemetry.tracing import is_tracing

_SCHEMES = {"postgres", "postgresql", "postgresql+asyncpg"}
_HOST = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(:\d*)?")
_CONNECT_SECONDS = 5
# Linux and macOS name the first one differently.
_KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPALIVE": 10, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 3}
_TCP = (socket.AF_INET, socket.AF_INET6)
# What a pooler puts between: sessions of its own, and none of the limits that we ask for.
_BEHIND = """
    select pg_backend_pid(), setting::int from pg_settings where name = 'statement_timeout'
"""

logger = logging.getLogger(__name__)


class InvalidDatabaseUrl(ValueError):
    """DATABASE_URL, or the direct one, names no Postgres server."""

    def __init__(self) -> None:
        super().__init__(
            "DATABASE_URL must look like postgresql://user:password@host/database, "
            "and so must DATABASE_DIRECT_URL"
        )


class NoWritableServer(ConnectionError):
    """None of the URL's hosts accepts writes."""

    def __init__(self) -> None:
        super().__init__("none of the hosts accepts writes")


@dataclass(frozen=True)
class ConnectTo:
    """Arguments of `asyncpg.connect`; `tls` verifies with the system's root certificates.

    `hosts` has each host with its port if the URL names several, `names` the URL's parameters.
    """

    dsn: str
    tls: ssl.SSLContext | None
    hosts: tuple[tuple[str, int], ...] = ()
    names: frozenset[str] = frozenset()


def connect_to(database_url: str) -> ConnectTo:
    """Read a Postgres URL as libpq does, never with weaker TLS.

    asyncpg follows libpq in `sslmode` and its companions but has neither channel binding, which
    defeats a man in the middle, nor `sslrootcert=system`. A URL that requires one of them gets a
    connection whose certificate and host name are verified.

    Raises:
        InvalidDatabaseUrl: It is the URL of something else.
    """
    parts = _split(database_url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    for ours in ("pgbouncer", "connect_timeout"):
        query.pop(ours, None)
    bound = query.pop("channel_binding", None) == "require"
    tls = None
    if query.get("sslrootcert", "system") == "system" and (bound or "sslrootcert" in query):
        query.pop("sslrootcert", None)
        query.pop("sslmode", None)
        tls = ssl.create_default_context()
    elif bound:
        query["sslmode"] = "verify-full"
    hosts = _hosts(parts.netloc, query)
    if hosts:
        query.setdefault("target_session_attrs", "read-write")
    dsn = urlunsplit(("postgresql", parts.netloc, parts.path, urlencode(query), ""))
    return ConnectTo(dsn, tls, hosts, frozenset(query))


def _split(database_url: str) -> SplitResult:
    """Take a URL apart; a password that is not percent-encoded ends up where a port should be.

    Raises:
        InvalidDatabaseUrl: It is none of Postgres; errors of who reads it later could repeat it.
    """
    try:
        parts = urlsplit(database_url)
    except ValueError:
        raise InvalidDatabaseUrl from None
    hosts = unquote(parts.netloc.rpartition("@")[2]).split(",")
    if parts.scheme not in _SCHEMES or not all(map(_HOST.fullmatch, hosts)):
        raise InvalidDatabaseUrl
    return parts


def _hosts(netloc: str, query: dict[str, str]) -> tuple[tuple[str, int], ...]:
    """Return the hosts of a URL that names several, else none."""
    named = unquote(netloc.rpartition("@")[2]) or query.get("host", "")
    if "," not in named:
        return ()
    ports = query.get("port", "").split(",")
    hosts = []
    for number, one in enumerate(named.split(",")):
        host, colon, port = one.rpartition(":") if not one.endswith("]") else (one, "", "")
        own = port if colon else ports[min(number, len(ports) - 1)]
        try:
            hosts.append(((host if colon else one).strip("[]"), int(own or 5432)))
        except ValueError as error:
            raise InvalidDatabaseUrl from error
    return tuple(hosts)


def behind_pooler(database_url: str) -> bool:
    """Return whether the URL is of a transaction pooler: Neon's, or `?pgbouncer=true`.

    Raises:
        InvalidDatabaseUrl: It is the URL of something else.
    """
    parts = _split(database_url)
    flagged = dict(parse_qsl(parts.query)).get("pgbouncer", "") == "true"
    return flagged or "-pooler." in (parts.hostname or "")


class Server:
    """The server of a URL; of several hosts, the one that answered last is tried first.

    `statement_seconds` is what one statement may take; None is without a limit. `pooled` says
    whether a transaction pooler is between, by the URL or, as `noticed`, by how it answers.
    """

    def __init__(
        self, database_url: str, statement_seconds: float | None = STATEMENT_SECONDS
    ) -> None:
        self.pooled = behind_pooler(database_url)
        self.noticed = False
        self._address = connect_to(database_url)
        self._seconds = statement_seconds
        self._answered = 0
        self._looked = False

    def limited_to(self, statement_seconds: float) -> "Server":
        """Return the same server with a limit for statements that is at most as long."""
        other = copy(self)
        other._seconds = min(statement_seconds, self._seconds or statement_seconds)
        return other

    async def connect(
        self, *, settings: dict[str, str] | None = None, **options: Any
    ) -> asyncpg.Connection:
        """Open a connection, with these settings of the session.

        Raises:
            OSError: No host can be reached, or none of several accepts writes.
            PostgresError: Postgres refused the connection.
        """
        hosts = self._address.hosts
        if not hosts:
            return await self._connect(settings or {}, _CONNECT_SECONDS, **options)
        refusal: Exception = NoWritableServer()
        # Each gets a share of the time: one that is silent must not use up that of the others.
        share = max(1.0, _CONNECT_SECONDS / len(hosts))
        for number in range(self._answered, self._answered + len(hosts)):
            self._answered = number % len(hosts)
            host, port = hosts[self._answered]
            try:
                return await self._connect(settings or {}, share, host=host, port=port, **options)
            except (OSError, asyncpg.PostgresError) as error:
                # A host that is silent may serve others: that of one which refuses tells less.
                if not isinstance(refusal, TimeoutError):
                    refusal = error
            except asyncpg.TargetServerAttributeNotMatched:
                pass
        raise refusal

    async def _connect(
        self, settings: dict[str, str], seconds: float, **options: Any
    ) -> asyncpg.Connection:
        limits = self._limits()
        try:
            connection = await self._open(settings, seconds, **options)
        except asyncpg.ProtocolViolationError:
            # PgBouncer refuses the limits, which Postgres knows.
            if not limits:
                raise
            self._notice()
            connection = await self._open(settings, seconds, **options)
        if not self.pooled and not self._looked:
            try:
                noticed = await self._is_behind_pooler(connection)
            except BaseException:
                connection.terminate()
                raise
            if noticed:
                self._notice()
                await connection.close()
                connection = await self._open(settings, seconds, **options)
            self._looked = True
        return connection

    async def _open(
        self, settings: dict[str, str], seconds: float, **options: Any
    ) -> asyncpg.Connection:
        address = self._address
        if address.tls:
            options["ssl"] = address.tls
        if self.pooled:
            options["statement_cache_size"] = 0
        connection = await asyncpg.connect(
            address.dsn,
            timeout=seconds,
            command_timeout=self._seconds,
            connection_class=_Connection,
            server_settings={**self._limits(), **settings},
            **options,
        )
        if is_tracing():
            connection.add_query_logger(trace_query)
        return connection

    async def _is_behind_pooler(self, connection: asyncpg.Connection) -> bool:
        """Return whether something between gave us its own session, and dropped our limits.

        A proxy that passes connections on as they are may do the one, and never does the other.
        """
        # Without a transaction, a pooler might take two servers for one question.
        async with connection.transaction():
            process, limit = await connection.fetchrow(_BEHIND)
        if process == connection.get_server_pid():
            return False
        requested = self._limits().get("statement_timeout")
        if requested is None:
            return self._seconds is None
        return bool(limit != int(requested))

    def _notice(self) -> None:
        self.pooled = self.noticed = True
        name_pooler()

    def _limits(self) -> dict[str, str]:
        """Return the limits that Postgres holds for the session, except those that the URL sets.

        A pooler lets none of them through: there they are set for the role.
        """
        if self.pooled:
            return {}
        limits = session_limits(self._seconds)
        return {name: limit for name, limit in limits.items() if name not in self._address.names}


def session_limits(statement_seconds: float | None) -> dict[str, str]:
    """Return the settings of Postgres, in milliseconds, that limit what one session may take.

    Postgres cancels a statement shortly before the driver would give the connection up, and ends a
    session whose client has vanished within a transaction: it may hold what others wait for.
    """
    if statement_seconds is None:
        return {}
    milliseconds = int(statement_seconds * 1000)
    return {
        "statement_timeout": str(milliseconds * 7 // 8),
        "idle_in_transaction_session_timeout": str(milliseconds),
        "tcp_user_timeout": str(milliseconds),
    }


@cache
def name_pooler() -> None:
    """Log it once for a process, however many connections it opens."""
    logger.warning(
        "DATABASE_URL leads to a transaction pooler that it does not name: add ?pgbouncer=true to "
        "it, and let DATABASE_DIRECT_URL name the server behind, so that changes are heard at once"
    )


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    """A connection whose socket the kernel closes when the peer has vanished."""

    __slots__ = ()

    def __init__(
        self, protocol: Any, transport: Any, loop: Any, addr: Any, config: Any, params: Any
    ) -> None:
        super().__init__(protocol, transport, loop, addr, config, params)
        tcp = transport.get_extra_info("socket")
        if tcp is not None and tcp.family in _TCP:
            _limit_silence(tcp, config.command_timeout)


def _limit_silence(tcp: socket.socket, seconds: float | None) -> None:
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    options = dict(_KEEPALIVE)
    if seconds is not None:
        options["TCP_USER_TIMEOUT"] = int(seconds * 1000)
    for name, value in options.items():
        if hasattr(socket, name):
            tcp.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

"""Personal access tokens, for clients that can't log in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, update
from sqlmodel import col, select

from db.bearer_secrets import find_row, new_secret, read_secret, secret_hash
from db.engine import Sessions
from db.errors import AccessTokenNotFound, TooManyAccessTokens
from db.models import AccessToken
from db.user_connection import token_connection
from db.user_scoped import UserScoped, next_id
from db.values import NewAccessToken

TOKEN_PREFIX = "tdc_"  # noqa: S105  what a token starts with is no secret
MOST_TOKENS = 50

# A client that calls all day should not write a row for each call.
_FIND = """
    select user_id, id, name, scopes, created_at, expires_at,
        last_used_at is null or last_used_at < now() - interval '1 minute' as unused
    from access_tokens
    where token_hash = $1 and revoked_at is null and expires_at > now()
"""
_USE = "update access_tokens set last_used_at = now() where user_id = $1 and id = $2"
_RETENTION = timedelta(days=30)


class UserAccessTokens(UserScoped):
    """The access tokens of one user. Nothing here commits; `transaction` does."""

    async def create(self, new: NewAccessToken) -> tuple[AccessToken, str]:
        """Create a token, and return it with its secret, which is not stored.

        Raises:
            TooManyAccessTokens: The user has `MOST_TOKENS` valid tokens.
        """
        await self._one_writer()
        await self._delete_old()
        if await self._count_valid() >= MOST_TOKENS:
            raise TooManyAccessTokens(MOST_TOKENS)
        secret = new_secret(self._user_id, TOKEN_PREFIX)
        row = insert(AccessToken).values(
            user_id=self._user_id,
            id=next_id(),
            name=new.name,
            token_hash=secret_hash(secret),
            scopes=new.scopes,
            expires_at=func.now() + timedelta(days=new.expires_in_days),
        )
        return (await self._session.scalars(row.returning(AccessToken))).one(), secret

    async def all(self) -> list[AccessToken]:
        """Return the tokens that were not revoked, newest first.

        Expired tokens are listed for 30 days, so that the user sees why a client stopped working.
        """
        query = select(AccessToken).where(self._unrevoked()).order_by(col(AccessToken.id).desc())
        return list((await self._session.scalars(query)).all())

    async def revoke(self, token_id: UUID) -> None:
        """Revoke a token; it is refused from the next request on.

        Raises:
            AccessTokenNotFound: The user has no such token, or revoked it before.
        """
        change = (
            update(AccessToken)
            .where(self._unrevoked(), col(AccessToken.id) == token_id)
            .values(revoked_at=func.now())
            .execution_options(synchronize_session=False)
        )
        revoked = await self._session.scalars(change.returning(col(AccessToken.id)))
        if revoked.one_or_none() is None:
            raise AccessTokenNotFound

    def _unrevoked(self) -> ColumnElement[bool]:
        return (col(AccessToken.user_id) == self._user_id) & col(AccessToken.revoked_at).is_(None)

    async def _count_valid(self) -> int:
        query = select(func.count()).where(
            self._unrevoked(), col(AccessToken.expires_at) > func.now()
        )
        return (await self._session.scalars(query)).one()

    async def _delete_old(self) -> None:
        ended = func.least(col(AccessToken.expires_at), col(AccessToken.revoked_at))
        await self._session.execute(
            delete(AccessToken)
            .where(col(AccessToken.user_id) == self._user_id)
            .where(ended < func.now() - _RETENTION)
            .execution_options(synchronize_session=False)
        )


@dataclass(frozen=True)
class BearerToken:
    """A valid token whose secret a caller has."""

    user_id: str
    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime


async def find_access_token(sessions: Sessions, secret: str) -> BearerToken | None:
    """Return the valid token of a secret, and record its use at most once a minute.

    The row names the user; what the secret says of one only tells where to look. A text that is
    not formed like a secret is refused without a query.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    known = read_secret(secret, TOKEN_PREFIX)
    if known is None:
        return None
    async with token_connection(sessions, known.hash) as connection:
        row = await find_row(connection, _FIND, known)
        if row is None:
            return None
        *values, unused = row
        token = BearerToken(*values)
        if unused:
            await connection.fetch(_USE, token.user_id, token.id)
    return token

"""The daily budgets of tokens from which the calls of one turn are paid."""

from chat_api.agent.metered_model import TokensSpent
from chat_api.settings import ApiSettings
from db.access import Access
from db.engine import Sessions
from db.token_budgets import ALL_USERS, give_back_tokens, reserve_tokens
from db.user_connection import user_connection


class TurnTokens:
    """Reserves tokens for the calls of a turn, of its user's budget and of all users'.

    What the last call did not cost is given back with the next reservation. At the end it is
    `left`, which the statement that closes the turn gives back to the user.
    """

    def __init__(self, sessions: Sessions, user_id: str, settings: ApiSettings) -> None:
        self._sessions = sessions
        self._user_id = user_id
        self._users, self._all = settings.daily_tokens_per_user, settings.daily_tokens
        self.left = 0

    async def reserve(self, tokens: int) -> None:
        """Take what the next call may cost.

        Raises:
            TokensSpent: Nothing is left.
            DatabaseUnavailable: Postgres can't be reached.
        """
        given_back, self.left = self.left, 0
        await self._reserve(ALL_USERS, self._all, tokens, given_back)
        await self._reserve(self._user_id, self._users, tokens, given_back)

    def give_back(self, tokens: int) -> None:
        """Return what the last call did not cost."""
        self.left += tokens

    async def give_back_to_all(self) -> None:
        """Return to all users' budget what the turn did not cost.

        Raises:
            DatabaseUnavailable: Postgres can't be reached.
        """
        if self._all is not None and self.left:
            async with user_connection(self._sessions, ALL_USERS) as connection:
                await give_back_tokens(connection, self.left)

    async def _reserve(self, owner: str, budget: int | None, tokens: int, given_back: int) -> None:
        if budget is None:
            return
        access = Access.ADD if owner else Access.READ
        async with user_connection(self._sessions, owner, access) as connection:
            wait = await reserve_tokens(connection, tokens, given_back, budget)
        if wait is not None:
            self.left += given_back
            raise TokensSpent(wait)

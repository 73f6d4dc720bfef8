"""All rows of one user, in every table."""

from sqlalchemy import delete
from sqlmodel import SQLModel

from db.user_scoped import UserScoped


class UserData(UserScoped):
    """The rows of one user in every table. Nothing here commits; `transaction` does."""

    async def erase(self) -> None:
        """Delete every row of the user for good; having none is no error."""
        await self._one_writer()
        for table in reversed(SQLModel.metadata.sorted_tables):
            await self._session.execute(delete(table).where(table.c.user_id == self._user_id))

"""All that is kept of one user, in every table."""

from sqlalchemy import delete
from sqlmodel import SQLModel

from db.user_scoped import UserScoped


class UserData(UserScoped):
    """Whatever one user owns. Nothing here commits; `transaction` does."""

    async def erase(self) -> None:
        """Delete all of it for good, as if the user had never come; there may be nothing left."""
        await self._one_writer()
        for table in reversed(SQLModel.metadata.sorted_tables):
            await self._session.execute(delete(table).where(table.c.user_id == self._user_id))

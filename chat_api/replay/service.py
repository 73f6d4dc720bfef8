"""The service that is tested, as its users reach it."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from chat_api.client.api_client import ApiClient

_PAGE_SIZE = 100
_NO_USER = "replay-nobody"

# A task as REST returns it.
Row = dict[str, Any]


@dataclass(frozen=True)
class TargetService:
    """The URL of the API, and how a token for a user is made."""

    url: str
    token: Callable[[str], str]

    async def check(self) -> None:
        """Make sure that the service answers and accepts our tokens.

        Raises:
            ClientError: It does not.
        """
        async with self.as_user(_NO_USER) as user:
            await user.tasks()

    @asynccontextmanager
    async def as_user(self, name: str) -> AsyncIterator["ApiUser"]:
        """Yield a user who is signed in while the block runs."""
        async with ApiClient(self.url, name, self.token(name)) as client:
            yield ApiUser(name, client)


@dataclass(frozen=True)
class ApiUser:
    """A user who is signed in."""

    name: str
    client: ApiClient

    async def add_tasks(self, tasks: Sequence[Row]) -> None:
        """Add tasks, and complete those that are given as completed.

        Raises:
            ClientError: The service does not answer, or refuses one.
        """
        for task in tasks:
            new = {name: value for name, value in task.items() if name != "completed"}
            added = await self.client.request("POST", "/tasks", json=new)
            if task.get("completed"):
                await self.client.request("PATCH", f"/tasks/{added['id']}/complete")

    async def tasks(self) -> list[Row]:
        """Return all tasks, ordered by id.

        Raises:
            ClientError: The service does not answer, or refuses.
        """
        rows: list[Row] = []
        page: dict[str, Any] = {"next_cursor": ""}
        while page["next_cursor"] is not None:
            after = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
            page = await self.client.request("GET", "/tasks", params={"limit": _PAGE_SIZE, **after})
            rows += page["tasks"]
        return sorted(rows, key=lambda row: int(row["id"]))

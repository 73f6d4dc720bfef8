"""What the buttons of the task list do: the same rules as everywhere."""

from typing import Any, Literal

from chatkit.actions import Action
from pydantic import BaseModel, ConfigDict

from db.tasks import UserTasks
from db.values import TaskId


class ActionTarget(BaseModel):
    """The task that a button is for."""

    model_config = ConfigDict(strict=True)

    task_id: TaskId


class TaskAction(BaseModel):
    """What a button asks for."""

    type: Literal["complete", "reopen", "delete"]
    payload: ActionTarget

    @classmethod
    def of(cls, action: Action[str, Any]) -> "TaskAction":
        """Read an action as a client sent it.

        Raises:
            ValidationError: No button of ours sends it.
        """
        return cls.model_validate({"type": action.type, "payload": action.payload})

    async def run(self, tasks: UserTasks) -> None:
        """Do it.

        Raises:
            TaskNotFound: The user has no such task.
        """
        task_id = self.payload.task_id
        if self.type == "delete":
            await tasks.delete(task_id)
        else:
            await tasks.complete(task_id, completed=self.type == "complete")

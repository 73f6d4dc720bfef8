"""The tools of the obvious stack: an MCP server over SQLModel that believes a header."""

from mcp.server.mcpserver import Context, MCPServer
from sqlmodel import col, select

from tests.bench.peers.obvious_store import Session, Task
from tests.bench.peers.work import complete_task, delete_task, update_task

server = MCPServer("tasks")


def _user(context: Context) -> str:
    request = context.request_context.request
    return str(request.headers.get("x-user-id", "nobody")) if request else "nobody"


@server.tool()
async def add_task(title: str, context: Context) -> dict[str, object]:
    """Create a task for the user."""
    async with Session() as session:
        task = Task(user_id=_user(context), title=title)
        session.add(task)
        await session.commit()
        await session.refresh(task)
        return {"task_id": task.id, "status": "created", "title": task.title}


@server.tool()
async def list_tasks(context: Context, status: str = "all") -> list[dict[str, object]]:
    """List the user's tasks: all, pending or completed."""
    query = select(Task).where(Task.user_id == _user(context)).order_by(col(Task.id).desc())
    if status != "all":
        query = query.where(Task.completed == (status == "completed"))
    async with Session() as session:
        tasks = (await session.exec(query.limit(20))).all()
    return [{"task_id": task.id, "title": task.title} for task in tasks]


for tool in (complete_task, delete_task, update_task):
    server.tool()(tool)

app = server.streamable_http_app(stateless_http=True)

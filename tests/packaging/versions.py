"""The version of the project, which several files of packages repeat."""

from tests.specs.sources import project

VERSION: str = project()["project"]["version"]
WHEEL = f"todochat-{VERSION}-py3-none-any.whl"

"""What the supervisor gets to know of the settings, which its process does not load."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Service:
    """A program that listens on a port; `variable` is the setting of the port.

    `ready_url` answers 200 when it can serve. A service without one is covered by another's.
    `variables` are added to its environment.
    """

    name: str
    title: str
    module: str
    variable: str
    port: int
    url: str
    stop_seconds: float
    ready_url: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelServer:
    """A server of models, with the address that `OPENAI_BASE_URL` takes."""

    name: str
    base_url: str


@dataclass(frozen=True)
class Plan:
    """The services of one machine; `variables` are their defaults, `welcome` is what to print.

    `model_servers` are where local models are looked for; `command` is what started everything.
    """

    host: str
    data_dir: Path
    database_url: str | None
    services: tuple[Service, ...]
    variables: Mapping[str, str]
    welcome: str
    command: str
    model_servers: tuple[ModelServer, ...] = ()

    @classmethod
    def read(cls, descriptor: int) -> Self:
        """Read a plan to the end of a pipe."""
        with os.fdopen(descriptor, encoding="utf-8") as pipe:
            fields = json.load(pipe)
        return cls(
            **{
                **fields,
                "data_dir": Path(fields["data_dir"]),
                "services": tuple(Service(**service) for service in fields["services"]),
                "model_servers": tuple(ModelServer(**one) for one in fields["model_servers"]),
            }
        )

    def write(self) -> int:
        """Return a pipe that holds the plan, secrets included, for a program that is executed."""
        descriptor, own_end = os.pipe()
        with os.fdopen(own_end, "w", encoding="utf-8") as pipe:
            json.dump(asdict(self), pipe, default=str)
        os.set_inheritable(descriptor, True)
        return descriptor

"""CPU time and memory of process trees, and what the rest of the machine did meanwhile."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil


@dataclass
class Usage:
    """What processes used while a block ran; `cpu` is in seconds, by name."""

    cpu: dict[str, float] = field(default_factory=dict)
    wall: float = 0.0
    foreign_cores: float = 0.0


@contextmanager
def used(processes: Mapping[str, int]) -> Iterator[Usage]:
    """Measure the trees of these processes, given by name and id, while the block runs."""
    usage = Usage()
    before = {name: cpu_seconds(pid) for name, pid in processes.items()}
    ours, machine, began = cpu_seconds(psutil.Process().pid), _busy_seconds(), time.perf_counter()
    yield usage
    usage.wall = time.perf_counter() - began
    busy = _busy_seconds() - machine
    usage.cpu = {name: cpu_seconds(pid) - before[name] for name, pid in processes.items()}
    foreign = busy - (cpu_seconds(psutil.Process().pid) - ours)
    usage.foreign_cores = max(0.0, foreign / usage.wall)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and its children, the ended ones included."""
    root = psutil.Process(pid)
    own = root.cpu_times()
    # Those that ended are in their parent's account only where the system keeps one.
    ended = getattr(own, "children_user", 0.0) + getattr(own, "children_system", 0.0)
    living = sum(_own_seconds(process) for process in root.children(recursive=True))
    return float(own.user + own.system + ended + living)


def resident_bytes(pid: int) -> int:
    """Return the memory of one process that is in RAM."""
    return int(psutil.Process(pid).memory_info().rss)


def tree_of(pid: int) -> list[psutil.Process]:
    """Return a process and all below it."""
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def _own_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - _guests(times))


def _guests(times: object) -> float:
    """Return the time of virtual machines, which `user` and `nice` hold already."""
    return float(getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0))

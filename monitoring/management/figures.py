"""What a run cost: CPU of all our processes, the embedded servers included, and the largest memory."""

import resource
import sys
import time
from dataclasses import dataclass

import psutil
from django.conf import settings


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall clock and of CPU (user + system), and the peak of resident memory in MB."""

    wall_s: float
    cpu_s: float
    peak_rss_mb: float


class Meter:
    """Measures from its making to `cost()`. Servers that are not ours (DATABASE_URL) are not counted."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), _cpu_seconds()

    def cost(self) -> Cost:
        return Cost(
            wall_s=round(time.perf_counter() - self.wall, 3),
            cpu_s=round(_cpu_seconds() - self.cpu, 3),
            peak_rss_mb=round(_peak_rss_bytes() / 2**20, 1),
        )


def _cpu_seconds() -> float:
    own = psutil.Process()
    processes = [own, *own.children(recursive=True), *_servers()]
    return sum(_cpu_of(process) for process in processes)


def _cpu_of(process: psutil.Process) -> float:
    """Return the CPU of the process and of its children that have ended."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system + getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)


def _servers() -> list[psutil.Process]:
    """Return the keeper of the embedded servers with all below it; empty with servers of one's own."""
    if not settings.EMBEDDED:
        return []
    from conductatlas import local

    try:
        keeper = psutil.Process(local.ensure_running(settings.VAR).keeper_pid)
        return [keeper, *keeper.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _peak_rss_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024

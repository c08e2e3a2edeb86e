"""Runs the processes of one machine as one: prefixed logs, restart with back-off, a clean stop.

For laptop and demo; production has systemd, containers or the like. One thread: it waits for output, for a death, for a
signal. Every child leads a process group of its own, so that Ctrl-C in the terminal reaches nobody but the supervisor.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TextIO

from conductatlas.local.server import die_with_parent

GRACE_SECONDS = 15.0
BACKOFF_SECONDS = (1, 2, 4, 8, 10)
STEADY_SECONDS = 30.0  # who has lived this long starts the back-off anew
TICK_SECONDS = 0.2
LINE_BYTES = 65_536
COLOURS = (36, 33, 32, 35, 34, 31)


@dataclass(frozen=True, slots=True)
class Process:
    """What to run; `environment` is added to our own."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Keeps `processes` running from `run()` until SIGINT or SIGTERM."""

    def __init__(self, processes: Sequence[Process], *, folder: Path, out: TextIO = sys.stdout) -> None:
        self._selector = selectors.DefaultSelector()
        self._children = [_Child(process, folder) for process in processes]
        self._out = out
        self._width = max(len(process.name) for process in processes)
        self._signals = 0
        shows_colour = out.isatty() and "NO_COLOR" not in os.environ
        names = [process.name for process in processes]
        self._colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)} if shows_colour else {}

    def run(self, *, each_tick: Callable[[], None] = lambda: None) -> None:
        """Return when everything has stopped; `each_tick` is called a few times a second until then."""
        with self._signals_counted():
            try:
                while not self._signals:
                    for child in self._children:
                        self._look_after(child)
                    self._pass_on_output()
                    each_tick()
            finally:
                self._stop()

    def say(self, name: str, text: str) -> None:
        """Write one line under the name of a process, or of who else speaks."""
        prefix = f"{name:<{self._width}} |"
        if name in self._colours:
            prefix = f"\x1b[{self._colours[name]}m{prefix}\x1b[0m"
        try:
            self._out.write(f"{prefix} {text}\n")
            self._out.flush()
        except BrokenPipeError:  # nobody reads us any more
            self._signals += 1

    @contextmanager
    def _signals_counted(self) -> Iterator[None]:
        def count(number: int, frame: FrameType | None) -> None:
            self._signals += 1

        before = {number: signal.signal(number, count) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _look_after(self, child: "_Child") -> None:
        """Start the child when it is due; notice its death."""
        now = time.monotonic()
        if not child.is_started and now >= child.due_at:
            self._selector.register(child.start(), selectors.EVENT_READ, child)
        elif (code := child.exit_code()) is not None:
            self._bury(child)
            delay = child.delay_after_death(now)
            self.say(child.process.name, f"ended with {_cause(code)}; starts again in {delay} s")

    def _pass_on_output(self) -> None:
        """Pass complete lines on, as they come or until a tick is over."""
        if not self._selector.get_map():
            time.sleep(TICK_SECONDS)
        for key, _ in self._selector.select(TICK_SECONDS):
            child: _Child = key.data
            if chunk := os.read(key.fd, LINE_BYTES):
                self._say_all(child, child.lines(chunk))
            else:
                self._selector.unregister(key.fd)

    def _bury(self, child: "_Child") -> None:
        """Pass on a dead child's last words and end what it left behind."""
        with suppress(KeyError):  # its output had ended before
            self._selector.unregister(child.output)
        self._say_all(child, child.bury())

    def _say_all(self, child: "_Child", lines: Iterable[str]) -> None:
        for line in lines:
            self.say(child.process.name, line)

    def _stop(self) -> None:
        """Ask all to end, wait, and kill what is left; a second signal cuts the wait short."""
        signals, deadline = self._signals, time.monotonic() + GRACE_SECONDS
        living = [child for child in self._children if child.is_started]
        for child in living:
            child.terminate()
        while living and self._signals <= signals and time.monotonic() < deadline:
            self._pass_on_output()
            for child in [child for child in living if child.exit_code() is not None]:
                self._bury(child)
                living.remove(child)
        for child in living:
            self.say(child.process.name, "did not stop in time; killed")
            self._bury(child)
        self._selector.close()


class _Child:
    """A Process and what became of it; it leads a process group."""

    def __init__(self, process: Process, folder: Path) -> None:
        self.process = process
        self.output = -1
        self.due_at = 0.0
        self._folder = folder
        self._popen: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._failures = 0
        self._unfinished = b""

    @property
    def is_started(self) -> bool:
        return self._popen is not None

    def exit_code(self) -> int | None:
        """Return None while it runs, or is not started."""
        return self._popen.poll() if self._popen else None

    def start(self) -> int:
        """Start it and return the descriptor of its output."""
        self._started_at = time.monotonic()
        self.output, write_end = os.pipe()
        os.set_blocking(self.output, False)  # a stray grandchild may hold the other end for ever
        self._popen = subprocess.Popen(
            self.process.argv,
            cwd=self._folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.process.environment},
            stdin=subprocess.DEVNULL,
            stdout=write_end,
            stderr=write_end,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        os.close(write_end)
        return self.output

    def terminate(self) -> None:
        if self._popen:
            self._popen.terminate()

    def bury(self) -> list[str]:
        """Kill what is left of its process group, forget it and return its last lines."""
        if not self._popen:
            return []
        with suppress(ProcessLookupError):  # nobody of it is left
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()
        self._popen = None
        chunks = []
        with suppress(BlockingIOError):  # no more to read now
            while chunk := os.read(self.output, LINE_BYTES):
                chunks.append(chunk)
        os.close(self.output)
        return [line for line in self.lines(b"".join(chunks) + b"\n") if line]

    def delay_after_death(self, now: float) -> int:
        """Return the seconds until it is due again; they grow as long as it dies young."""
        self._failures = 0 if now - self._started_at >= STEADY_SECONDS else self._failures
        delay = BACKOFF_SECONDS[min(self._failures, len(BACKOFF_SECONDS) - 1)]
        self._failures += 1
        self.due_at = now + delay
        return delay

    def lines(self, chunk: bytes) -> list[str]:
        """Return the complete lines and keep the rest for the next chunk; a line without end is cut."""
        *complete, self._unfinished = (self._unfinished + chunk).split(b"\n")
        if len(self._unfinished) > LINE_BYTES:
            complete, self._unfinished = [*complete, self._unfinished], b""
        return [line.decode(errors="replace").rstrip() for line in complete]


def _cause(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name

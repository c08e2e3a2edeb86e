"""One embedded server as a child of the keeper: started until it answers, ended in order, never left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from conductatlas.local.place import OWN_SERVERS, LocalServersError, connects, server_user

START_SECONDS = 100  # recovery after a crash reads a lot
STOP_SECONDS = 20
LOG_BYTES = 5_000_000
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}  # none of the user's PG* variables; messages that can be recognised
REMEDIES = (
    ("No space left on device", "The disk is full: free some space."),
    ("incompatible with server", "Move its data folder away, or install the package of the version that made it."),
    ("cannot be run as root", "There is no user 'nobody' to run PostgreSQL as: start this as a normal user."),
    ("Permission denied", "Give the folder to the user who runs this, or set CONDUCTATLAS_VAR to another one."),
)


@dataclass(slots=True)
class Server:
    """One of the two servers; may be started again as often as it takes."""

    name: str
    argv: tuple[str, ...]
    socket: Path
    pid_file: Path
    log: Path
    stop_signal: signal.Signals  # an orderly stop
    orphan_signal: signal.Signals  # a quick stop that loses nothing, for when the keeper is dead
    answers: Callable[["Server", int], bool]
    clear_way: Callable[["Server"], None] = lambda _: None  # done before each start
    process: subprocess.Popen[bytes] | None = None

    def is_up(self) -> bool:
        return self.process is not None and self.process.poll() is None and self.socket.exists()

    def start(self) -> None:
        """Return when the server answers. Raises LocalServersError with what it said before it ended."""
        deadline = time.monotonic() + STOP_SECONDS
        while (said := self._try_to_start()) is not None:
            if "shared memory block" not in said or time.monotonic() > deadline:
                raise failure(f"{self.name} did not start", said, self.log)
            time.sleep(0.2)  # the last backends of a postmaster that was killed are still going

    def _try_to_start(self) -> str | None:
        """Return None when the server answers, else what it said."""
        self._end_orphan()
        self.clear_way(self)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.old"))
        with self.log.open("a+b") as log:
            begin = log.seek(0, os.SEEK_END)
            self.process = process = _spawn(self.argv, log, self.orphan_signal)
            deadline = time.monotonic() + START_SECONDS
            while process.poll() is None and time.monotonic() < deadline:
                if self.is_up() and self.answers(self, process.pid):
                    return None
                time.sleep(0.02)
            self.stop()
            log.seek(begin)
            return log.read().decode(errors="replace") or f"exit code {process.returncode}"

    def _end_orphan(self) -> None:
        """End a server that outlived its keeper: we hold the keeper's lock, so what still answers belongs to nobody."""
        deadline = time.monotonic() + STOP_SECONDS
        while connects(self.socket) and time.monotonic() < deadline:
            with suppress(ProcessLookupError, FileNotFoundError):  # it went after we looked
                os.kill(int(self.pid_file.read_text().split()[0]), self.orphan_signal)
            time.sleep(0.1)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        if self.process is None:
            return
        self.ask_to_stop()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def die_with_parent(signal_number: int) -> Callable[[], None]:
    """Return what a new child calls before anything else: it gets the signal when its parent dies (Linux only)."""
    parent = os.getpid()

    def follow() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, int(signal_number))
        if os.getppid() != parent:
            os._exit(1)

    return follow


def run(*argv: str, text: str = "", **identity: Any) -> str:
    """Run a program to its end and return what it prints. Raises LocalServersError with its complaint."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
        argv, input=text, capture_output=True, text=True, check=False, **identity
    )
    if done.returncode != 0:
        raise failure(f"{Path(argv[0]).name} failed", done.stderr or done.stdout)
    return done.stdout


def as_server_user() -> dict[str, Any]:
    """Return how a process is started as the servers' user, in a folder that anybody may enter."""
    around = {"cwd": "/", "env": ENVIRONMENT, "start_new_session": True}
    if (user := server_user()) is None:
        return around
    return {**around, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def failure(what: str, said: str, log: Path | None = None) -> LocalServersError:
    """Return the error that says what failed, why, and what to do."""
    reason = " / ".join(line.strip() for line in said.strip().splitlines()[-3:])
    remedies = [remedy for sign, remedy in REMEDIES if sign in said]
    pointer = [f"Log: {log}."] if log else []
    return LocalServersError(" ".join([f"{what}: {reason}.", *remedies, *pointer, OWN_SERVERS]))


def _spawn(argv: tuple[str, ...], log: BinaryIO, death_signal: signal.Signals) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        preexec_fn=die_with_parent(death_signal),
        **as_server_user(),
    )

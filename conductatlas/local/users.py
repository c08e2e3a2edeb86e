"""What a process does that wants to use the embedded servers: start or join them, and let go."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from conductatlas.local.place import (
    OWN_SERVERS,
    POSTGRES_PORT,
    LocalServersError,
    Place,
    connects,
    elsewhere,
    lock,
    make_shared_folders,
    place_of,
    try_lock,
)

PATIENCE_SECONDS = 120.0  # recovery after a crash reads a lot
ROOT_FOLDER = Path(__file__).resolve().parents[2]

_held: dict[Path, int] = {}  # the users' locks of this process, by var; a forked child shares them


@dataclass(frozen=True, slots=True)
class Servers:
    """How to reach the two servers; `database_host` is the folder of PostgreSQL's socket."""

    database_host: str
    database_port: int
    database_name: str
    database_user: str
    broker_url: str
    cache_url: str
    keeper_pid: int | None = None  # known when they run


def servers(var: Path) -> Servers:
    """Return how the servers of `var` are reached, running or not; starts and writes nothing."""
    place = place_of(var)
    return Servers(
        database_host=str(place.sockets),
        database_port=POSTGRES_PORT,
        database_name="conductatlas",
        database_user="conductatlas",
        broker_url=f"redis+socket://{place.valkey_socket}",
        cache_url=f"unix://{place.valkey_socket}?db=1",
    )


def ensure_running(var: Path, *, patience_seconds: float = PATIENCE_SECONDS) -> Servers:
    """Start or join the servers of `var` and return how they are reached; they stay while this process lives.

    May be called again at any time: it looks whether they still answer. Raises LocalServersError.
    """
    place = place_of(var)
    try:
        make_shared_folders(place)
        if place.var not in _held:
            _held[place.var] = lock(place.users_lock, fcntl.LOCK_SH)
        start_lock = lock(place.run / "start.lock", fcntl.LOCK_EX)
        try:
            return replace(servers(var), keeper_pid=_keeper_that_answers(place, patience_seconds))
        finally:
            os.close(start_lock)
    except OSError as error:
        raise LocalServersError(
            f"the embedded servers cannot use {error.filename or place.var}: {error.strerror}. Give the folder to the "
            f"user who runs this, or set CONDUCTATLAS_VAR to another one. {OWN_SERVERS}"
        ) from error


def leave(var: Path, *, patience_seconds: float = 10) -> None:
    """Let go of the servers; return when they have stopped, or at once when other processes still use them."""
    place = place_of(var)
    if (held := _held.pop(place.var, None)) is None:
        return
    os.close(held)
    if (alone := try_lock(place.users_lock, fcntl.LOCK_EX)) is None:
        return
    try:
        _stop_keeper(place, patience_seconds)
    finally:
        os.close(alone)  # until here nobody could begin to use them


def forget(var: Path) -> None:
    """Delete the data of both servers for good. Raises LocalServersError while they run."""
    place = place_of(var)
    if place.run.exists() and _is_owned(place):
        raise LocalServersError(f"the embedded servers of {place.var} are running: stop what uses them first.")
    for folder in (place.home / "postgres", place.home / "valkey", place.sockets, elsewhere(place.var)):
        if folder.exists():
            shutil.rmtree(folder)


def _is_owned(place: Place) -> bool:
    """Whether a keeper lives; one that is about to take the lock tries long enough not to mind our look."""
    mine = try_lock(place.owner_lock, fcntl.LOCK_SH)
    if mine is not None:
        os.close(mine)
    return mine is None


def _keeper_that_answers(place: Place, patience_seconds: float) -> int:
    """Return the pid of a keeper whose two servers answer; start one when there is none."""
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        if not _is_owned(place):
            _start_keeper(place)
        pid = place.owner_lock.read_text()
        if pid and connects(place.postgres_socket) and connects(place.valkey_socket):
            return int(pid)
        time.sleep(0.02)
    raise LocalServersError(f"the embedded servers do not answer: see {place.log}. {OWN_SERVERS}")


def _stop_keeper(place: Place, patience_seconds: float) -> None:
    deadline = time.monotonic() + patience_seconds
    while _is_owned(place) and time.monotonic() < deadline:
        with suppress(ProcessLookupError):  # it ended after we looked
            if pid := place.owner_lock.read_text():
                os.kill(int(pid), signal.SIGTERM)
        time.sleep(0.05)


def _start_keeper(place: Place) -> None:
    """Start a keeper and wait for its word. Raises LocalServersError with what it says when it fails."""
    if place.home != place.var:
        sys.stderr.write(
            f"conductatlas: PostgreSQL does not run as root, and the user nobody may not enter {place.var}: "
            f"the embedded servers keep their data in {place.home}\n"
        )
    log = place.log / "keeper.log"
    with log.open("ab") as lines:
        said = subprocess.run(
            [sys.executable, "-m", "conductatlas.local.keeper", str(place.var)],
            cwd=ROOT_FOLDER,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=lines,
            start_new_session=True,
            check=False,
        ).stdout.decode()
    if said not in ("ready", "not needed"):
        raise LocalServersError(said or f"the keeper of the embedded servers died: see {log}. {OWN_SERVERS}")

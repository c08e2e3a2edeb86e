"""The keeper: the one process that owns the embedded servers of a `var`, and ends when nobody uses them.

`users.ensure_running` starts it; it detaches, brings both servers up, says so, and watches: a server that dies is
started again; when the last user is gone both are stopped. Its own sudden death takes the servers with it (on Linux the
kernel signals them, elsewhere the next keeper does), so no server is left that nobody watches.
"""

import fcntl
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from conductatlas.local import postgres, valkey
from conductatlas.local.place import LocalServersError, Place, make_private_folder, place_of, try_lock
from conductatlas.local.server import Server, failure

TICK_SECONDS = 0.2
IDLE_SECONDS = 1.4  # so that one command after the other finds the servers up


def keep(place: Place) -> None:
    """Own both servers until nobody uses them. Raises LocalServersError when they cannot be started."""
    owner = _own(place.owner_lock)
    if owner is None:
        return _answer("not needed")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    servers: list[Server] = []
    try:
        make_private_folder(place.sockets)
        servers += (postgres.server(place), valkey.server(place))
        _bring_up(servers, place, owner)
        _answer("ready")
        _watch(servers, place, owner)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.ftruncate(owner, 0)
        for server in servers:
            server.ask_to_stop()
        for server in servers:
            server.stop()
        os.close(owner)  # before the users' lock, which goes with the process: no new user may find a half-dead keeper


def _own(owner_lock: Path) -> int | None:
    """Return the descriptor of the keeper's lock, cleared; None when another keeper has it and keeps it."""
    for _ in range(100):
        if (descriptor := try_lock(owner_lock, fcntl.LOCK_EX)) is not None:
            os.ftruncate(descriptor, 0)
            return descriptor
        time.sleep(0.02)
    return None


def _bring_up(servers: list[Server], place: Place, owner: int) -> None:
    """Start what is down, then write our pid where users look for it."""
    os.ftruncate(owner, 0)
    for server in servers:
        if not server.is_up():
            server.stop()
            server.start()
            _note(f"{server.name} is up")
    postgres.bootstrap(place)
    os.pwrite(owner, str(os.getpid()).encode(), 0)


def _watch(servers: list[Server], place: Place, owner: int) -> None:
    """Start again what dies; return when nobody uses the servers, or when `var` was deleted under us.

    The lock that proves that nobody uses them stays ours until this process ends: its descriptor is never closed.
    """
    idle_seconds = 0.0
    while place.owner_lock.exists() and os.path.samestat(os.fstat(owner), place.owner_lock.stat()):
        time.sleep(TICK_SECONDS)
        if not all(server.is_up() for server in servers):
            try:
                _bring_up(servers, place, owner)
            except LocalServersError as error:
                _note(f"{error} Trying again.")
        if (alone := try_lock(place.users_lock, fcntl.LOCK_EX)) is None:
            idle_seconds = 0.0
        elif (idle_seconds := idle_seconds + TICK_SECONDS) >= IDLE_SECONDS:
            return
        else:
            os.close(alone)


def _answer(text: str) -> None:
    """Tell the process that started us how it went, once; what we print after that goes to our log."""
    with suppress(BrokenPipeError):  # it did not wait; whoever comes next asks the locks
        os.write(sys.stdout.fileno(), text.encode())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _note(text)


def _note(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} [{os.getpid()}] {text}\n")
    sys.stderr.flush()


def main() -> None:
    if os.fork():
        os._exit(0)  # nobody's child: the process that started us may live long, and need not reap us
    place = place_of(Path(sys.argv[1]))
    try:
        keep(place)
    except LocalServersError as error:
        _answer(str(error))
    except OSError as error:
        _answer(str(failure(str(error.filename or place.home), error.strerror or repr(error))))


if __name__ == "__main__":
    main()

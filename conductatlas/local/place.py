"""Where the embedded servers of one `var` keep their files, and as whom they run.

run/users.lock   shared by all users; the keeper's alone while it stops the servers
run/start.lock   one process at a time looks whether the servers answer, and starts a keeper if not
run/owner.lock   the keeper's; holds its pid while both servers answer, else nothing
log/             keeper.log, postgres.log, valkey.log
postgres/ valkey/ sockets/      in `var`, or elsewhere when they cannot be there
"""

import fcntl
import hashlib
import os
import pwd
import re
import socket
import stat
from dataclasses import dataclass
from pathlib import Path

POSTGRES_PORT = 5432  # no port is opened; PostgreSQL names its socket after it
SOCKET_FOLDER_CHARS = 80  # the kernel allows 104 to 108 bytes for the path of a socket
OWN_SERVERS = "Or set DATABASE_URL and REDIS_URL to use servers of your own."


class LocalServersError(Exception):
    """The embedded servers cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one `var`; `home` is `var` itself unless the servers' user may not enter it."""

    var: Path
    home: Path
    sockets: Path

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def log(self) -> Path:
        return self.var / "log"

    @property
    def users_lock(self) -> Path:
        return self.run / "users.lock"

    @property
    def owner_lock(self) -> Path:
        return self.run / "owner.lock"

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / f".s.PGSQL.{POSTGRES_PORT}"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"


def place_of(var: Path) -> Place:
    """Return the place of `var`; the same in every process of a user, running or not. Writes nothing."""
    var = Path(var).resolve()
    user, away = server_user(), elsewhere(var)
    has_moved = user is not None and (not may_enter(var, user) or (away / "postgres").exists())
    home = away if has_moved else var
    sockets = home / "sockets"
    if not re.fullmatch(rf"[\w./+-]{{1,{SOCKET_FOLDER_CHARS}}}", str(sockets), re.ASCII):
        sockets = Path("/tmp") / f"conductatlas-{os.getuid()}-{_key(var)}"  # noqa: S108 (make_private_folder looks first)
    return Place(var=var, home=home, sockets=sockets)


def elsewhere(var: Path) -> Path:
    """Return root's second choice. Not /var/tmp: what lies there untouched for a month may be swept away."""
    return Path("/var/lib") / f"conductatlas-{_key(var)}"


def _key(var: Path) -> str:
    return hashlib.sha256(os.fsencode(var)).hexdigest()[:12]


# --- users and permissions ------------------------------------------------------------------------------------------
def server_user() -> pwd.struct_passwd | None:
    """Return who runs the servers in place of root (PostgreSQL refuses root); None when we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        return None


def may_enter(path: Path, user: pwd.struct_passwd) -> bool:
    """Whether `user` may pass every folder down to `path`, and run a program there; what is missing counts as open."""
    return all(_may_pass(found.stat(), user) for found in (path, *path.parents) if found.exists())


def _may_pass(found: os.stat_result, user: pwd.struct_passwd) -> bool:
    if found.st_uid == user.pw_uid:
        return bool(found.st_mode & stat.S_IXUSR)
    return bool(found.st_mode & (stat.S_IXGRP if found.st_gid == user.pw_gid else stat.S_IXOTH))


def make_shared_folders(place: Place) -> None:
    """Make run/ and log/; as root what was missing is opened to the servers' user, whatever the umask."""
    missing = [folder for folder in (place.log, place.run, *place.run.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            folder.chmod(0o755)


def make_private_folder(folder: Path) -> None:
    """Make a folder that only the servers' user may enter. Raises LocalServersError when it is a stranger's."""
    folder.mkdir(parents=True, exist_ok=True)
    user, found = server_user(), folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), user.pw_uid if user else None):
        raise LocalServersError(
            f"{folder} belongs to another user (uid {found.st_uid}): have it given to you or removed, or set "
            f"CONDUCTATLAS_VAR to another folder. {OWN_SERVERS}"
        )
    folder.chmod(0o700)
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)


# --- locks and sockets ----------------------------------------------------------------------------------------------
def lock(path: Path, kind: int) -> int:
    """Wait for the lock and return the descriptor that holds it, until it is closed in every process that has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    fcntl.flock(descriptor, kind)
    return descriptor


def try_lock(path: Path, kind: int) -> int | None:
    """Return the descriptor that holds the lock, or None when another process is in the way."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def connects(path: Path) -> bool:
    """Whether a living process listens on the socket; the file alone proves nothing."""
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(path)) == 0

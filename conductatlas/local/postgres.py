"""PostgreSQL on a private socket: its data folder, its settings, its roles."""

import os
import shutil
import signal
from pathlib import Path

from conductatlas.local import binaries
from conductatlas.local.place import POSTGRES_PORT, Place, make_private_folder
from conductatlas.local.server import ENVIRONMENT, Server, as_server_user, run

SETTINGS = {
    "listen_addresses": "",
    "port": str(POSTGRES_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
}
# The login and the three roles that it may take: the same file as operators run.
ROLES = Path(__file__).resolve().parent.parent / "roles.sql"


def server(place: Place) -> Server:
    """Return PostgreSQL ready to start; its data folder is made when there is none."""
    programs = binaries.postgres_binaries_for(place.var)
    data = place.home / "postgres"
    if not data.exists():
        _initialise(programs / "initdb", data)
    make_private_folder(data)
    settings = SETTINGS | {"unix_socket_directories": str(place.sockets)}
    if "--with-lz4" in run(str(programs / "pg_config"), "--configure"):
        settings["default_toast_compression"] = "lz4"
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return Server(
        name="PostgreSQL",
        argv=(str(programs / "postgres"), "-D", str(data), *options),
        socket=place.postgres_socket,
        pid_file=data / "postmaster.pid",
        log=place.log / "postgres.log",
        stop_signal=signal.SIGINT,
        orphan_signal=signal.SIGQUIT,
        answers=_answers,
        clear_way=_disown_pid_files,
    )


def bootstrap(place: Place) -> None:
    """Make the roles and the database that are missing."""
    psql = str(binaries.postgres_binaries() / "psql")
    address = ("-h", str(place.sockets), "-p", str(POSTGRES_PORT), "-U", "postgres", "-d", "postgres")
    names = ("-v", "ON_ERROR_STOP=1", "-v", "login=conductatlas", "-v", "database=conductatlas")
    run(psql, "-X", "-q", *names, *address, text=ROLES.read_text(), env=ENVIRONMENT)


def _initialise(initdb: Path, data: Path) -> None:
    """Make the data folder, whole or not at all."""
    unfinished = data.with_name("postgres.new")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    make_private_folder(unfinished)
    locale = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8")
    run(str(initdb), "-D", str(unfinished), "-U", "postgres", "--auth=trust", *locale, **as_server_user())
    unfinished.rename(data)


def _answers(postgres: Server, pid: int) -> bool:
    """Whether the postmaster has written "ready" into its pid file, which is how pg_ctl knows."""
    lines = postgres.pid_file.read_text().split("\n") if postgres.pid_file.exists() else []
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _disown_pid_files(postgres: Server) -> None:
    """Make the pid files of a dead postmaster harmless, and only that.

    PostgreSQL does not start while the pid in them is alive, be it a zombie or another program that got the number.
    It does not mind its parent's pid, and then still refuses while old backends are attached to the shared memory that
    the file names; so we write our own instead of deleting the file (CreateLockFile in PostgreSQL's miscinit.c).
    """
    for path in (postgres.pid_file, postgres.socket.with_name(f"{postgres.socket.name}.lock")):
        rest = path.read_text().partition("\n")[2] if path.exists() else ""
        if rest:
            path.write_text(f"{os.getpid()}\n{rest}")
        else:
            path.unlink(missing_ok=True)

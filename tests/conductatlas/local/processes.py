"""Processes that use the embedded servers as any command does, and questions about processes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import redis

from conductatlas import local

ROOT_FOLDER = Path(__file__).resolve().parents[3]
USE = """
import sys
from pathlib import Path
from conductatlas import local
try:
    print(local.ensure_running(Path(sys.argv[1])).keeper_pid, flush=True)
except local.LocalServersError as error:
    sys.exit(f"refused: {error}")
sys.stdin.read()
"""


class User:
    """A process that uses the servers until it is told to end."""

    def __init__(
        self, var: Path, *, python: str = sys.executable, python_path: str = str(ROOT_FOLDER), **identity: object
    ) -> None:
        self.process = subprocess.Popen(
            [python, "-c", USE, str(var)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PATH": os.environ["PATH"], "PYTHONPATH": python_path, "PYTHONDONTWRITEBYTECODE": "1"},
            **identity,
        )

    def keeper_pid(self) -> int:
        """Wait until the servers answer."""
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return int(line)

    def end(self) -> str:
        """End in order and return what it said on stderr."""
        return self.process.communicate()[1]

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def wait_until(is_so: Callable[[], bool], *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not so after {seconds} s"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def pids_of_servers(keeper_pid: int) -> dict[str, int]:
    """Return the pids of the keeper's children by program."""
    children = Path(f"/proc/{keeper_pid}/task/{keeper_pid}/children").read_text().split()
    return {Path(f"/proc/{pid}/comm").read_text().strip(): int(pid) for pid in children}


def database(var: Path) -> psycopg.Connection:
    """Return a connection that owns the tables: the login by itself may only take roles."""
    at = local.servers(var)
    return psycopg.connect(
        host=at.database_host, port=at.database_port, dbname=at.database_name, user=at.database_user, autocommit=True,
        options="-c role=conductatlas_owner",
    )  # fmt: skip


def cache(var: Path) -> redis.Redis:
    return redis.Redis.from_url(local.servers(var).cache_url)

"""A `var` of its own for every test."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from conductatlas import local
from tests.conductatlas.local.processes import User, wait_until


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not tmp_path: pytest closes that to others, and the servers of root are others.
    made = Path(tempfile.mkdtemp(prefix="ca-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def var(folder: Path) -> Iterator[Path]:
    yield folder / "var"
    forget(folder / "var")


@pytest.fixture
def user(folder: Path) -> Iterator[Callable[..., User]]:
    """Start a process that uses the servers of a `var`; what still runs at the end is killed."""
    started: list[User] = []

    def start(var: Path, **identity: object) -> User:
        started.append(User(var, **identity))
        return started[-1]

    yield start
    for one in started:
        one.kill()


def forget(var: Path) -> None:
    """Delete the data, as soon as the servers have stopped."""

    def is_forgotten() -> bool:
        try:
            local.forget(var)
        except local.LocalServersError:
            return False
        return True

    if (var / "run").exists():
        with suppress(local.LocalServersError):  # some tests leave them beyond starting
            local.ensure_running(var)  # the last user can stop them at once; else they wait a little for the next
    local.leave(var)
    wait_until(is_forgotten)

"""A git repository as two streams: its commits, newest first, and the bytes of its files. Nothing is checked out."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

MAX_FILE_BYTES = 64 * 2**20
_FORMAT = "--format=format:%x1e%H%x1f%at%x1f%B%x1f"
_CHUNK_BYTES = 1 << 16
_BOUNDS = ("core.deltaBaseCacheLimit=48m", "core.packedGitWindowSize=8m", "core.packedGitLimit=64m")
_SETTINGS = [part for each in ("core.fsmonitor=false", *_BOUNDS) for part in ("-c", each)]


class RepositoryError(Exception):
    """A folder cannot be read as a git repository. The message names the folder and the fix."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that a commit added, altered or renamed; `blob` is the id of its bytes, `renamed_from` empty or a path."""

    path: str
    blob: str
    renamed_from: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit with its author's date and the files it left behind; removed files are not named."""

    id: str
    at: datetime
    message: str
    files: tuple[File, ...]


class Repository:
    """A git repository, bare or not, that has at least one commit. Raises RepositoryError when the folder is none."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        if not self.path.is_dir():
            raise RepositoryError(f"{path}: there is no such folder: give a git repository (bare or not)")
        if self._ask("rev-parse", "--git-dir").returncode:
            raise RepositoryError(f"{path}: not a git repository: give the folder that git clone made (bare or not)")
        if self._ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}").returncode:
            raise RepositoryError(f"{path}: HEAD names no commit: clone it again, or set HEAD to its branch")

    @property
    def name(self) -> str:
        """The name of the repository it was cloned from; of its folder when it has no origin."""
        origin = self._ask("config", "--get", "remote.origin.url").stdout.decode(errors="replace").strip()
        path = urlsplit(origin).path if "://" in origin else origin.rpartition(":")[2]
        folder = self.path.parent if self.path.name == ".git" else self.path
        return (Path(path).name or folder.name).removesuffix(".git")

    def commits(self) -> Iterator[Commit]:
        """Yield all commits but merges, children before parents: the order that git need not hold in memory.

        Raises RepositoryError when git gives up on the way.
        """
        log = [
            "log", "--no-merges", "--no-show-signature", "--encoding=UTF-8", "--raw", "-z", "--no-abbrev",
            "-M100%", _FORMAT, "HEAD",
        ]  # fmt: skip
        with self._running(log) as process:
            assert process.stdout is not None, "it is a pipe"
            yield from _commits(_tokens(process.stdout))

    @contextmanager
    def bodies(self) -> Iterator[Bodies]:
        """Start the process that reads files; it ends with the block."""
        with self._running(["cat-file", "--batch"], stdin=subprocess.PIPE) as process:
            yield Bodies(process)

    @contextmanager
    def _running(self, arguments: Sequence[str], stdin: int = subprocess.DEVNULL) -> Iterator[subprocess.Popen[bytes]]:
        with tempfile.TemporaryFile() as complaints:
            process = subprocess.Popen(
                self._command(arguments),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=self._environment(),
            )
            try:
                yield process
                if process.stdin:
                    process.stdin.close()
                if process.wait():
                    complaints.seek(0)
                    said = complaints.read().decode(errors="replace").strip()
                    raise RepositoryError(f"{self.path}: git {arguments[0]}: {said}")
            finally:
                process.kill()
                process.wait()
                for pipe in (process.stdin, process.stdout):
                    if pipe:
                        pipe.close()

    def _ask(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(self._command(arguments), capture_output=True, env=self._environment(), check=False)

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return ["git", "--no-pager", "-C", str(self.path), *_SETTINGS, *arguments]

    def _environment(self) -> dict[str, str]:
        """Return our environment without other repositories in it; a folder inside a repository is not that repository."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return ours | {
            "GIT_CEILING_DIRECTORIES": str(self.path.parent),
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }


class Bodies:
    """The bytes of files by the id of their blob, asked of one long-lived `git cat-file --batch`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None, "it is a pipe"
        assert process.stdout is not None, "it is a pipe"
        self._asked, self._answers = process.stdin, process.stdout

    def get(self, blob: str) -> bytes | None:
        """Return the bytes; None when the clone lacks them or they are more than MAX_FILE_BYTES."""
        self._asked.write(f"{blob}\n".encode())
        self._asked.flush()
        answer = self._answers.readline().split()
        if len(answer) != 3:
            if not answer:
                raise RepositoryError("git cat-file ended on its own: is the repository being changed?")
            return None
        size_bytes = int(answer[2])
        if size_bytes > MAX_FILE_BYTES:
            self._pass_over(size_bytes + 1)
            return None
        return self._answers.read(size_bytes + 1)[:-1]

    def _pass_over(self, size_bytes: int) -> None:
        while size_bytes > 0:
            size_bytes -= len(self._answers.read(min(size_bytes, _CHUNK_BYTES)))


def _tokens(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield what stands between NULs; only one chunk is in memory at a time."""
    rest = b""
    while chunk := stream.read(_CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
    if rest:
        yield rest


def _commits(tokens: Iterator[bytes]) -> Iterator[Commit]:
    """Yield the commits of `git log --raw -z`: a head, then for each file its line and one path (two when renamed)."""
    head: tuple[str, datetime, str] | None = None
    files: list[File] = []
    for token in tokens:
        if token.startswith(b"\x1e"):
            if head:
                yield Commit(*head, tuple(files))
            start, _, token = token[1:].rpartition(b"\x1f")
            commit, at, message = start.split(b"\x1f", 2)
            head, files = (commit.decode(), _moment(at, commit), message.decode(errors="replace")), []
        line = token.strip()
        if line.startswith(b":"):
            files += _files(line.decode().split(), tokens)
    if head:
        yield Commit(*head, tuple(files))


def _moment(seconds: bytes, commit: bytes) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise RepositoryError(
            f"commit {commit.decode()} has no date that can be read: mend it with git replace --edit {commit.decode()}"
        ) from error


def _files(line: list[str], tokens: Iterator[bytes]) -> Iterator[File]:
    _, mode, _, blob, status = line
    path, before = next(tokens).decode(errors="replace"), ""
    if status[0] in "RC":
        path, before = next(tokens).decode(errors="replace"), path if status[0] == "R" else ""
    if status[0] != "D" and mode.startswith("100"):
        yield File(path, blob, before)

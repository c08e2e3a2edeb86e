"""All records of the repositories in order of time, on disk: git lists commits by parentage, and years do not fit memory.

A renamed file keeps its history: what was recorded under the old name counts under the new one.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from monitoring.importing import records
from monitoring.importing.repository import Commit

_TABLE = """
CREATE TABLE record (
    place INTEGER PRIMARY KEY, file INTEGER, at INTEGER, commit_id TEXT, path TEXT, blob TEXT, is_upgrade INTEGER, trailers TEXT
)
"""


class Index:
    """A file, by number, is one line of a repository's history, known by its latest path; earlier ones may be others."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._numbers: dict[tuple[bool, str], int] = {}
        self._paths: list[tuple[bool, str]] = []
        self.latest_at: dict[bool, datetime] = {}

    def add(self, commit: Commit, *, is_text: bool) -> None:
        """Take in one commit; commits come children first, snapshots and texts (is_text) from their own repositories."""
        is_record = records.is_record(commit.message)
        for file in commit.files:
            if is_record and not file.renamed_from and records.name(file.path):
                self._add(commit, file.path, file.blob, is_text)
        for file in commit.files:
            if file.renamed_from:
                self._rename(is_text, file.renamed_from, file.path)
        if is_record:
            self.latest_at[is_text] = max(commit.at, self.latest_at.get(is_text, commit.at))

    def sort(self) -> None:
        """Make reading fast; call it once, after the last commit."""
        self._database.execute("CREATE INDEX record_of_file ON record (file, at)")
        self._database.commit()

    def files(self) -> dict[int, tuple[bool, records.Name]]:
        """Return what each file is called now, by number, and whether it is a text."""
        named = ((number, is_text, records.name(path)) for number, (is_text, path) in enumerate(self._paths))
        return {number: (is_text, found) for number, is_text, found in named if found}

    def count(self, files: Iterable[int], since: datetime | None = None) -> int:
        where, values = _where(files, since)
        found = self._database.execute(f"SELECT count(*) FROM record WHERE {where}", values).fetchone()
        return int(found[0])

    def records(self, files: Iterable[int], since: datetime | None = None) -> Iterator[records.Record]:
        """Yield the records of some files, oldest first; those of one second in the order of their commits."""
        where, values = _where(files, since)
        rows = self._database.execute(
            f"SELECT file, at, commit_id, path, blob, is_upgrade, trailers FROM record WHERE {where} ORDER BY at, place DESC",
            values,
        )
        for file, at, commit, path, blob, is_upgrade, trailers in rows:
            is_text, present = self._paths[file]
            found = records.name(present)
            assert found is not None, "only files with a name are asked for"
            moment = datetime.fromtimestamp(at, UTC)
            pairs = tuple(sorted(json.loads(trailers).items()))
            yield records.Record(moment, commit, path, found, blob, is_text, bool(is_upgrade), pairs)

    def _add(self, commit: Commit, path: str, blob: str, is_text: bool) -> None:
        said = records.trailers(commit.message)
        if is_text and (named := records.snapshot_commits(commit.message)):
            said["snapshots"] = " ".join(named)
        self._database.execute(
            "INSERT INTO record (file, at, commit_id, path, blob, is_upgrade, trailers) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self._number(is_text, path), int(commit.at.timestamp()), commit.id, path, blob,
                records.is_upgrade(commit.message), json.dumps(said),
            ),
        )  # fmt: skip

    def _number(self, is_text: bool, path: str) -> int:
        key = (is_text, path)
        if key not in self._numbers:
            self._numbers[key] = len(self._paths)
            self._paths.append(key)
        return self._numbers[key]

    def _rename(self, is_text: bool, old: str, new: str) -> None:
        """Count what was recorded before under `old` as the history of the file that is now called `new`."""
        self._numbers[is_text, old] = self._number(is_text, new)
        del self._numbers[is_text, new]


@contextmanager
def opened() -> Iterator[Index]:
    """Yield an empty index in a folder that vanishes afterwards."""
    with tempfile.TemporaryDirectory(prefix="conductatlas-import-") as folder:
        database = sqlite3.connect(Path(folder) / "index.sqlite3")
        try:
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            database.execute(_TABLE)
            yield Index(database)
        finally:
            database.close()


def _where(files: Iterable[int], since: datetime | None) -> tuple[str, list[int]]:
    numbers = list(files)
    first = int(since.timestamp()) if since else 0
    return f"at >= ? AND file IN ({', '.join('?' * len(numbers))})", [first, *numbers]

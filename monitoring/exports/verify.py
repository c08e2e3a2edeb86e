#!/usr/bin/env python3
"""Checks an evidence packet with nothing but Python's standard library: python3 verify.py [FOLDER]

FOLDER is where the packet was unpacked: the folder of this script unless given. Prints a line for each thing checked and
ends with 1 when one of them fails.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

GENESIS = bytes(32)
Result = tuple[int, list[str]]  # how many were looked at, and what is wrong


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def load(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf8"))


def files(folder: Path) -> Result:
    """Every file is the one the manifest names."""
    listed = load(folder, "manifest.json")["files"]
    wrong = [row["path"] for row in listed if sha256((folder / row["path"]).read_bytes()) != row["sha256"]]
    there = {str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file()}
    beside = there - {row["path"] for row in listed} - {"manifest.json"}
    beside = {name for name in beside if "__pycache__" not in name}
    return len(listed), [*wrong, *(f"{name} is not of this packet" for name in sorted(beside))]


def links(folder: Path) -> Result:
    """Each link of the chain follows from the one before."""
    previous, wrong, rows = GENESIS, [], load(folder, "chain.json")
    for place, row in enumerate(rows, 1):
        digest = hashlib.sha256(previous + bytes.fromhex(row["record_digest"])).hexdigest()
        if row["sequence"] != place or digest != row["digest"]:
            wrong.append(f"link {row['sequence']}")
        previous = bytes.fromhex(row["digest"])
    return len(rows), wrong


def records(folder: Path) -> Result:
    """Each record has the digest that its link vouches for."""
    by_sequence = {row["sequence"]: row for row in load(folder, "chain.json")}
    found = sorted((folder / "records").glob("*.json"))
    wrong = [
        path.name
        for path in found
        if sha256(path.read_bytes()) != by_sequence.get(int(path.name[:6]), {}).get("record_digest")
    ]
    return len(found), wrong


def captures(folder: Path) -> Result:
    """The bytes as served are those that the chain vouches for."""
    vouched = {load(path.parent, path.name)["blob_id"] for path in (folder / "records").glob("*-snapshot.json")}
    told = [load(path.parent, path.name) for path in sorted((folder / "captures").glob("*.json"))]
    wrong = [
        row["file"]
        for row in told
        if row["sha256"] not in vouched or sha256((folder / row["file"]).read_bytes()) != row["sha256"]
    ]
    return len(told), wrong


def texts(folder: Path) -> Result:
    """Both texts are those that the chain vouches for."""
    vouched = {load(path.parent, path.name)["digest"] for path in (folder / "records").glob("*-version.json")}
    found = [folder / "texts" / name for name in ("before.md", "after.md")]
    return len(found), [path.name for path in found if sha256(path.read_bytes()) not in vouched]


def words(folder: Path) -> Result:
    """Every word said to have gone or come is found at its place."""
    before, after = ((folder / "texts" / name).read_bytes().decode("utf8") for name in ("before.md", "after.md"))
    wrong, count = [], 0
    for edit in load(folder, "change.json")["edits"]:
        for side, text in (("before", before), ("after", after)):
            clause = edit[side]
            if clause and text[slice(*clause["span"])] != clause["text"]:
                wrong.append(f"{side}: {clause['path']}")
        for word in edit["words"]:
            count += 1
            if before[slice(*word["before"])] != word["removed"] or after[slice(*word["after"])] != word["added"]:
                wrong.append(f"words at {word['after']}")
    return count, wrong


CHECKS = (files, links, records, captures, texts, words)


def main(folder: Path) -> int:
    failed = False
    for check in CHECKS:
        count, wrong = check(folder)
        failed = failed or bool(wrong)
        lines = (f"{'FAILED' if wrong else 'ok':<7}{count:>6}  {check.__doc__}", *(f"       {each}" for each in wrong))
        print(*lines, sep="\n")  # noqa: T201
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent))

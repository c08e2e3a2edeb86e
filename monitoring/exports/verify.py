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
CLOSING = """
This shows that the packet is whole and of one piece. That it is ours, ask the archive that made it: the digests of the
texts stand on its pages, at the address in manifest.json."""
Result = tuple[int, list[str]]  # how many were looked at, and what is wrong


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def load(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf8"))


def files(folder: Path) -> Result:
    """Every file is the one that SHA256SUMS and the manifest name, and there is no other."""
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    there = {path.relative_to(folder).as_posix(): sha256(path.read_bytes()) for path in paths}
    listed = {row["path"]: row["sha256"] for row in load(folder, "manifest.json")["files"]}
    beside = there.keys() - listed - {"manifest.json", "SHA256SUMS"}
    summed = "".join(f"{there[name]}  {name}\n" for name in sorted(there) if name != "SHA256SUMS")
    wrong = [name for name, digest in listed.items() if there.get(name) != digest]
    if (folder / "SHA256SUMS").read_bytes() != summed.encode():
        wrong.append("SHA256SUMS is of other files")
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


def vouched(folder: Path, kind: str) -> list[Any]:
    """Return what the chain vouches for of one kind of record, in the order of the chain."""
    return [load(path.parent, path.name) for path in sorted((folder / "records").glob(f"*-{kind}.json"))]


def records(folder: Path) -> Result:
    """Each record has the digest that its link vouches for, and none is missing."""
    by_sequence = {row["sequence"]: row for row in load(folder, "chain.json")}
    found = sorted((folder / "records").glob("*.json"))
    wrong = [
        path.name
        for path in found
        if sha256(path.read_bytes()) != by_sequence.get(int(path.name[:6]), {}).get("record_digest")
    ]
    least = {"snapshot": 1, "screening": 1, "version": 2, "change": 1}
    return len(found), [*wrong, *(f"a {kind} is missing" for kind in least if len(vouched(folder, kind)) < least[kind])]


def captures(folder: Path) -> Result:
    """The bytes as served are those that the chain vouches for, all of them, and came as it says."""
    told = [load(path.parent, path.name) for path in sorted((folder / "captures").glob("*.json"))]
    names = {"sha256": "blob_id", "address": "url", "origin": "origin", "served_at": "observed_at"}
    said = sorted(tuple(row[name] for name in names) for row in told)
    known = sorted(tuple(row[name] for name in names.values()) for row in vouched(folder, "snapshot"))
    wrong = [row["file"] for row in told if sha256((folder / row["file"]).read_bytes()) != row["sha256"]]
    return len(told), wrong if said == known else [*wrong, "the captures are not those of the records"]


def texts(folder: Path) -> Result:
    """Both texts are those that the chain vouches for, in this order."""
    before, after = sorted(vouched(folder, "version"), key=lambda row: row["sequence"])[-2:]
    sides = {"before.md": before, "after.md": after}
    return 2, [name for name, row in sides.items() if sha256((folder / "texts" / name).read_bytes()) != row["digest"]]


def change(folder: Path) -> Result:
    """The change is told with the weight and the moments that the chain vouches for."""
    told, record = load(folder, "change.json"), vouched(folder, "change")[-1]
    names = ("significance", "observed_at", "recorded_at")
    return len(names), [name for name in names if told[name] != record[name]]


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


CHECKS = (files, links, records, captures, texts, change, words)


def main(folder: Path) -> int:
    failed = False
    for check in CHECKS:
        try:
            count, wrong = check(folder)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            count, wrong = 0, [f"cannot be read: {error!r}"]
        failed = failed or bool(wrong)
        lines = (f"{'FAILED' if wrong else 'ok':<7}{count:>6}  {check.__doc__}", *(f"       {each}" for each in wrong))
        print(*lines, sep="\n")  # noqa: T201
    print(CLOSING)  # noqa: T201
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent))

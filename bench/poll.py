#!/usr/bin/env python3
"""What polling costs: a folder of archived pages served on loopback in three states of the world, polled with the real code.

usage: bench/poll.py PACK_DIR [--copies N] [--json]

PACK_DIR holds manifest.json ({name, path, selector, file}) and pages.tar.xz (first/, day_later/, half_year_later/).
Polls: first, unchanged, unchanged_etag, day_later, half_year_later, on a fresh world in a temporary folder, with one watch
per platform. Each row has the keys of `manage.py poll --once --all --json`. Where webchanges or urlwatch is installed, it
runs the same pages in the same run.
"""

import argparse
import asyncio
import hashlib
import json
import os
import sys
import tarfile
import tempfile
import threading
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATES = ("first", "day_later", "half_year_later")


class Publisher:
    """Serves the pages in the active state; every copy of a page has bytes of its own."""

    def __init__(self, folder: Path, copies: int) -> None:
        self.manifest = json.loads((folder / "manifest.json").read_text(encoding="utf8"))
        self.copies, self.state, self.etag = copies, STATES[0], False
        self.port = 0
        self.folder, self.pages = folder, {}
        self.made: dict[tuple[str, str], tuple[bytes, str]] = {}

    def load(self) -> None:
        """Read the pages: only the serving process needs them in memory."""
        with tarfile.open(self.folder / "pages.tar.xz") as archive:
            files = {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}
        self.pages = {
            (state, row["path"]): files[f"{state}/{row['file']}"] for state in STATES for row in self.manifest
        }

    def rows(self) -> list[dict[str, str]]:
        """Return one row per document: name, url, selector."""
        return [
            {**row, "name": f"{row['name']} {copy}", "url": f"http://127.0.0.1:{self.port}{row['path']}?copy={copy}"}
            for copy in range(self.copies)
            for row in self.manifest
        ]

    def prepare(self, state: str) -> None:
        """Make all bodies of `state` now, so that serving them costs next to nothing while polls are measured."""
        self.state, self.made = state, {}
        for row in self.manifest:
            for copy in range(self.copies):
                body = self.pages[state, row["path"]]
                if copy:
                    body = body.replace(b"</p>", f" [{copy}]</p>".encode())
                self.made[row["path"], str(copy)] = body, f'"{hashlib.sha1(body).hexdigest()[:20]}"'

    def answer(self, target: str, headers: dict[str, str]) -> bytes:
        path, _, query = target.partition("?")
        if path == "/robots.txt":
            return _response(200, b"User-agent: *\nAllow: /\n", {"Content-Type": "text/plain"})
        copy = dict(urllib.parse.parse_qsl(query)).get("copy", "0")
        if (path, copy) not in self.made:
            return _response(404, b"not here\n", {"Content-Type": "text/plain"})
        body, tag = self.made[path, copy]
        extra = {"Content-Type": "text/html; charset=utf-8"} | ({"ETag": tag} if self.etag else {})
        if self.etag and headers.get("if-none-match") == tag:
            return _response(304, b"", extra)
        return _response(200, body, extra)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                headers = {}
                while header := (await reader.readline()).decode("latin-1").strip():
                    name, _, value = header.partition(":")
                    headers[name.lower()] = value.strip()
                writer.write(self.answer(line.split()[1].decode(), headers))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def _response(status: int, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} -", f"Content-Length: {len(body)}", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def publish(publisher: Publisher) -> None:
    """Serve in a process of its own, so that its CPU is not ours; commands come over a pipe."""
    loop = asyncio.new_event_loop()

    async def start() -> None:
        server = await asyncio.start_server(publisher.serve, "127.0.0.1", 0)
        publisher.port = server.sockets[0].getsockname()[1]
        print(json.dumps({"port": publisher.port}), flush=True)

    loop.run_until_complete(start())

    def commands() -> None:
        for line in sys.stdin:
            state, etag = line.split()
            publisher.etag = etag == "etag"
            if publisher.state != state or not publisher.made:
                publisher.prepare(state)
            print("ready", flush=True)
        loop.call_soon_threadsafe(loop.stop)

    threading.Thread(target=commands, daemon=True).start()
    loop.run_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path, metavar="PACK_DIR")
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--publish", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not (options.pack / "manifest.json").is_file():
        sys.exit(f"{options.pack}: no manifest.json: give a folder of pages to poll")
    publisher = Publisher(options.pack, options.copies)
    if options.publish:
        publisher.load()
        publish(publisher)
        return
    with tempfile.TemporaryDirectory(prefix="conductatlas-bench-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        sys.path.insert(0, str(ROOT))
        from bench.polling import polls, rivals

        figures = polls(publisher, options, Path(folder))
        if not options.json:
            figures = [dict(row) for row in figures] + rivals(publisher, options, Path(folder))
    print(json.dumps(figures, indent=1) if options.json else _table(figures))


def _table(figures: list[dict[str, float]]) -> str:
    names = list(figures[0])
    lines = ["  ".join(f"{name[:14]:>14}" for name in names)]
    lines += ["  ".join(f"{row.get(name, ''):>14}" for name in names) for row in figures]
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    main()

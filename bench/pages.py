# ruff: noqa: E402  (the environment is set before Django reads it)
"""What a public page costs a reader and us, on 500 platforms, 5,000 documents and 100,000 versions.

    python -m bench.pages [--rounds N] [--json] [--fresh]

Keeps a world of its own in var/bench (made when missing, some minutes; --fresh makes it anew) and serves it as production
does: gunicorn, two workers of four threads, manifest and compressed static files. Each row is one kind of page over many
of its addresses, each read before, so what is kept for minutes is kept: queries (the most any address took), kB transferred
with style and script (what a first visit loads, compressed), and milliseconds to the first byte. Exits with 1 when a page
misses a target.
"""

import argparse
import gzip
import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
os.environ["CONDUCTATLAS_VAR"] = str(VAR)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conductatlas.settings")
os.environ.setdefault("LOG_LEVEL", "WARNING")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import pages_world
from conductatlas import local
from monitoring import knowledge
from monitoring.models import Change, Document, Platform, Provision, Version

MOST_QUERIES, MOST_KB, MOST_MS = 12, 60.0, 50.0
HEADERS = {"Host": "localhost", "X-Forwarded-Proto": "https", "Accept-Encoding": "gzip", "Connection": "keep-alive"}
SEARCHES = (
    "arbitration", '"binding arbitration"', "train models opt out", '"30 days"', "you may use", "retention delete copies",
    "class action waiver&platform=platform-100", "children under 13&when=now", '"we may change these terms"', "zymurgy",
)  # fmt: skip
_LINKED = re.compile(rb'<link rel="stylesheet" href="([^"]+)"|<script src="([^"]+)"')


def world(*, fresh):
    """Have the servers of var/bench run with a full world in them."""
    if fresh:
        local.forget(VAR)
    local.ensure_running(VAR)
    call_command("migrate", verbosity=0)
    if not Version.objects.exists():
        print("making the world", file=sys.stderr)
        pages_world.fill()


def addresses(count=40, seed=11):
    """Return for each kind of public page some of its addresses, the same in every run."""
    chance = random.Random(seed)

    def some(rows):
        pks = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.filter(pk__in=chance.sample(pks, min(count, len(pks))))

    documents = [each.get_absolute_url() for each in some(Document.objects.with_platform())]
    changes = list(some(Change.objects.all()))
    versions = some(Version.objects.without_text().select_related("document__platform"))
    return {
        "home": ["/"],
        "platforms": ["/platforms/", "/platforms/?page=4", "/platforms/?q=platform+31", "/platforms/?category=voice"],
        "platform": [each.get_absolute_url() for each in some(Platform.objects.all())],
        "document": documents,
        "version": [each.get_absolute_url() for each in versions],
        "changes": ["/changes/", "/changes/?significance=substantive", "/changes/?platform=platform-200"],
        "change": [each.get_absolute_url() for each in changes],
        "change, side by side": [f"{each.get_absolute_url()}?view=side" for each in changes],
        "timeline": ["/timeline/", "/timeline/?platform=platform-100", f"/timeline/?before={_cursor()}"],
        "search": [f"/search/?q={quote(query, safe='=&')}" for query in SEARCHES],
        "coverage": ["/coverage/", "/coverage/?page=20"],
        "provision": [each.get_absolute_url() for each in some(Provision.objects.with_document())],
        "provision types": ["/provision-types/"],
        "provision type": [f"/provision-types/{key}/" for key in pages_world.PROVISIONS],
        "regulations": ["/regulations/"],
        "regulation": [f"/regulations/{key}/" for key in list(knowledge.library().obligations)[:count]],
        "comparison": ["/compare/", "/compare/?page=5", "/compare/?type=all", "/compare/?category=voice"],
        "comparison of a type": [f"/compare/?type={key}" for key in pages_world.PROVISIONS],
        "corrections": ["/corrections/"],
        "feed": [
            "/feeds/changes/atom/",
            *(f"/feeds/platforms/platform-{n:03d}/atom/" for n in range(1, 10)),
            *(f"/feeds/provisions/{key}/json/" for key in pages_world.PROVISIONS),
        ],
        "sitemap": ["/sitemap.xml", "/sitemap-pages.xml", "/sitemap-platforms.xml"],
        "methodology": ["/methodology/"],
        "crawler": ["/crawler/"],
        "pricing": ["/pricing/"],
    }


def _cursor():
    from monitoring import timeline

    row = Change.objects.order_by("observed_at", "pk")[2000]
    return quote(timeline.cursor((row.observed_at, row.pk)))


@contextmanager
def served():
    """Yield the port on which gunicorn serves the world as production does."""
    servers, port = local.servers(VAR), _free_port()
    environment = os.environ | {
        "PRODUCTION": "true", "SECRET_KEY": "bench" * 12, "SITE_URL": "https://localhost", "ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": f"postgresql://{servers.database_user}@{quote(servers.database_host, safe='')}"
                        f":{servers.database_port}/{servers.database_name}",
        "REDIS_URL": servers.cache_url, "BEHIND_PROXY": "true",
    }  # fmt: skip
    manage = (sys.executable, str(ROOT / "manage.py"))
    subprocess.run((*manage, "collectstatic", "--noinput", "--verbosity", "0"), env=environment, check=True)
    bind = ("--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "--no-control-socket")
    process = subprocess.Popen(
        (sys.executable, "-m", "gunicorn", "conductatlas.wsgi", *bind, "--log-level", "warning"),
        env=environment,
        cwd=ROOT,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_for(port):
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("gunicorn did not come up")


class Reader:
    """One browser's connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.linked = {}

    def get(self, address):
        """Return (milliseconds to the first byte, body as transferred, whether it is compressed)."""
        started = time.perf_counter()
        self.connection.request("GET", address, headers=HEADERS)
        answer = self.connection.getresponse()
        first = 1000 * (time.perf_counter() - started)
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"{address}: {answer.status}")
        return first, body, answer.headers.get("Content-Encoding") == "gzip"

    def transferred(self, body, is_compressed):
        """Return the bytes of a first visit: the page, its style and its scripts, as they were sent."""
        page = gzip.decompress(body) if is_compressed else body
        for found in _LINKED.findall(page):
            address = (found[0] or found[1]).decode()
            if address not in self.linked:
                self.linked[address] = len(self.get(address)[1])
        return len(body) + sum(self.linked[(one or other).decode()] for one, other in _LINKED.findall(page))


def measured(port, name, places, rounds):
    reader, times, sizes = Reader(port), [], []
    for address in places[:20] + places[:20]:
        reader.get(address)
    for number in range(rounds):
        took, body, is_compressed = reader.get(places[number % len(places)])
        times.append(took)
        if number < len(places):
            sizes.append(reader.transferred(body, is_compressed))
    times.sort()
    row = {
        "page": name,
        "queries": max(_queries(address) for address in places[:10]),
        "kb": round(max(sizes) / 1000, 1),
        "p50_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[int(len(times) * 0.95)], 1),
    }
    return row | {"ok": row["queries"] <= MOST_QUERIES and row["kb"] <= MOST_KB and row["p95_ms"] < MOST_MS}


def _queries(address):
    with CaptureQueriesContext(connection) as asked:
        assert Client(headers={"host": "localhost"}).get(address).status_code == 200
    walls = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SELECT set_config")
    return sum(not query["sql"].startswith(walls) for query in asked)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200, help="requests for each kind of page")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--fresh", action="store_true", help="make the world anew")
    parser.add_argument("--only", default="", help="only pages whose kind contains this")
    options = parser.parse_args()
    world(fresh=options.fresh)
    with served() as port:
        kinds = {name: places for name, places in addresses().items() if options.only in name}
        rows = [measured(port, name, places, options.rounds) for name, places in kinds.items()]
    print(json.dumps(rows, indent=1) if options.json else _table(rows))
    local.leave(settings.VAR)
    sys.exit(any(not row["ok"] for row in rows))


def _table(rows):
    head = f"{'page':<24}{'queries':>9}{'kB':>9}{'p50 ms':>9}{'p95 ms':>9}"
    lines = [f"{r['page']:<24}{r['queries']:>9}{r['kb']:>9}{r['p50_ms']:>9}{r['p95_ms']:>9}{'' if r['ok'] else '  missed'}"
             for r in rows]  # fmt: skip
    return "\n".join([head, *lines])


if __name__ == "__main__":
    main()

"""The polls of bench/poll.py: our own in this process, the rivals' as the commands that a user would run."""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

POLLS = (
    ("first", "first", "plain"),
    ("unchanged", "first", "plain"),
    ("unchanged_etag", "first", "etag"),
    ("day_later", "day_later", "plain"),
    ("half_year_later", "half_year_later", "plain"),
)


@contextmanager
def published(options: argparse.Namespace) -> Iterator[tuple[int, Callable[[str, str], None]]]:
    """Serve the pack in a process of its own; yield its port and a function that sets the state of the world."""
    command = [sys.executable, str(Path(__file__).with_name("poll.py")), str(options.pack), "--publish"]
    command += ["--copies", str(options.copies)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdin and process.stdout

        def turn(state: str, etag: str) -> None:
            process.stdin.write(f"{state} {etag}\n")
            process.stdin.flush()
            assert process.stdout.readline().strip() == "ready"

        yield json.loads(process.stdout.readline())["port"], turn
        process.stdin.close()


def polls(publisher: Any, options: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    """Run the five polls on a fresh world in `folder`; the etag poll follows one that has seen the tags, uncounted."""
    with published(options) as (port, turn):
        publisher.port = port
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "conductatlas.settings",
            "CONDUCTATLAS_VAR": str(folder / "var"),
            "FETCH_ALLOW_PRIVATE": f"127.0.0.1:{port}",
            "FETCH_HOST_INTERVAL_SECONDS": "0",
            "BILLING": "none",
        }
        poll = _prepare(publisher)
        figures = []
        for name, state, etag in POLLS:
            turn(state, etag)
            if etag == "etag":
                poll(everything=True)
            figures.append({"poll": name} | poll(everything=True))
    from conductatlas import local

    local.leave(folder / "var")
    local.forget(folder / "var")
    return figures


def _prepare(publisher: Any) -> Callable[..., dict[str, Any]]:
    import django
    from django.conf import settings

    from conductatlas import local

    if settings.EMBEDDED:
        local.ensure_running(settings.VAR)
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from accounts import people
    from monitoring import watchlists
    from monitoring.archive import catalog
    from monitoring.management.commands import poll
    from monitoring.models import Platform

    call_command("migrate", verbosity=0)
    now = timezone.now()
    catalog.sync([_declaration(row, number) for number, row in enumerate(publisher.rows())], now=now)
    user = people.register(email="reader@bench.invalid", password="", now=now)
    watchlist = watchlists.default_watchlist(organization=user.memberships.get().organization, now=now)
    for platform in Platform.objects.all():
        watchlists.watch(watchlist=watchlist, platform=platform, user=user, now=now)
    return poll.run


def _declaration(row: dict[str, str], number: int) -> Any:
    from monitoring.catalog import DocumentDeclaration, PlatformDeclaration, SourceDeclaration

    select = (row["selector"],) if row.get("selector") else ()
    document = DocumentDeclaration(
        terms_type="terms_of_service", name=row["name"][:150], region="", language="", audience="",
        sources=(SourceDeclaration(url=row["url"], select=select),),
    )  # fmt: skip
    return PlatformDeclaration(
        slug=f"page-{number}", name=row["name"][:110], vendor="", home_page="", legal_hub="", category="",
        documents=(document,), path=Path(),
    )  # fmt: skip


def rivals(publisher: Any, options: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    """Run the same pages through the rivals that are installed; empty, and said on stderr, where none is."""
    found = [name for name in ("urlwatch", "webchanges") if shutil.which(name)]
    if not found:
        print("no rival to compare with: pip install urlwatch webchanges", file=sys.stderr)
    figures = []
    for name in found:
        with published(options) as (port, turn):
            publisher.port = port
            for poll, state, etag in POLLS:
                turn(state, etag)
                if etag == "etag":
                    _run_rival(name, publisher, folder / name)
                cost = _run_rival(name, publisher, folder / name)
                figures.append({"poll": f"{name} {poll}", "documents": len(publisher.rows())} | cost)
    return figures


def _run_rival(name: str, publisher: Any, folder: Path) -> dict[str, float]:
    folder.mkdir(exist_ok=True)
    jobs, config = folder / "jobs.yaml", folder / "config.yaml"
    jobs.write_text(
        "\n---\n".join(
            f"name: {json.dumps(row['name'])}\nurl: {row['url']}\n"
            f"filter:\n- css: {json.dumps(row.get('selector') or 'body')}\n- html2text"
            for row in publisher.rows()
        )
    )
    config.write_text("display: {}\nreport:\n  stdout:\n    enabled: false\n")
    cache = folder / ("cache.db" if name == "urlwatch" else "snapshots.db")
    flag = "--cache" if name == "urlwatch" else "--database"
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [name, "--urls" if name == "urlwatch" else "--jobs", str(jobs), "--config", str(config), flag, str(cache)],
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "wall_s": round(time.perf_counter() - wall, 3),
        "cpu_s": round(cpu, 3),
        "cpu_ms_per_document": round(cpu * 1000 / len(publisher.rows()), 3),
        "peak_rss_mb": round(after.ru_maxrss / 1024, 1),
    }

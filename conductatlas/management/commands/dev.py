"""Everything on this machine with one command: embedded servers, migrations, catalog, web, workers, beat."""

import http.client
import os
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from conductatlas import local
from conductatlas.supervisor import Process, Supervisor
from monitoring.fetch import render

PYTHON = sys.executable
CELERY = (PYTHON, "-m", "celery", "--quiet", "-A", "conductatlas")
# Run before anything else starts. What they print is shown again with the address: a report, ready sign-ins.
BEFORE_RUN = (("migrate", "--verbosity", "0"), ("sync_catalog",))
BEFORE_DEMO = (("migrate", "--verbosity", "0"), ("demo_seed",))
WEBHOOK_SECRET = "whsec_demo"  # noqa: S105 (of the demo's own stand-in for Stripe)
SECONDS_BETWEEN_LOOKS = 2.0
# The demo world is small and ours: look often and without manners, so that a visitor sees changes arrive.
DEMO_PACE = {
    "TICK_SECONDS": "5",
    "FETCH_INTERVAL_SECONDS": "20",
    "FETCH_HELD_INTERVAL_SECONDS": "20",
    "FETCH_HOST_INTERVAL_SECONDS": "0.05",
    "HUB_INTERVAL_SECONDS": "60",
}


class Command(BaseCommand):
    help = "Run the web, the workers and beat under one supervisor; PORT moves the web, Ctrl-C stops everything."
    requires_system_checks = ()  # the commands that run first make them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="add fictional platforms that change while you watch")

    def handle(self, *, demo: bool, **_: Any) -> None:
        try:
            refuse_taken_ports(*range(settings.PORT, settings.PORT + 3 if demo else settings.PORT + 1))
            check_database()
            notes = [prepare(command, environment(demo)) for command in (BEFORE_DEMO if demo else BEFORE_RUN)]
            supervisor = Supervisor(processes(demo), folder=settings.BASE_DIR, out=sys.stdout)
            supervisor.run(each_tick=Watch(supervisor, notes).look)
        except KeyboardInterrupt:
            raise CommandError("stopped before it was up", returncode=130) from None
        finally:
            if settings.EMBEDDED:
                local.leave(settings.VAR)


def processes(demo: bool) -> tuple[Process, ...]:
    """Return what runs, in the order of the log's colours. Without Chromium the worker says so on the rows."""
    has_browser = bool(render.executable(settings.FETCH_CHROMIUM))
    queues = "poll,read,alerts,celery" if has_browser else "poll,read,alerts,celery,render"
    bind = ("--bind", f"127.0.0.1:{settings.PORT}", "--no-control-socket", "--log-level", "warning")
    schedule = str(settings.VAR / "run" / "beat-schedule")
    worker = ("worker", "--without-gossip", "--without-mingle")
    found = [
        Process("web", (PYTHON, "-m", "gunicorn", "conductatlas.wsgi", *bind, "--workers", "2", "--threads", "4")),
        Process("worker", (*CELERY, *worker, "-n", "worker@%h", "-Q", queues, "-c", "2")),
        Process("beat", (*CELERY, "beat", "--schedule", schedule)),
    ]
    if has_browser:
        found.append(Process("render", (*CELERY, *worker, "-n", "render@%h", "-Q", "render", "-c", "1")))
    if demo:
        publish = (PYTHON, "manage.py", "demo_publisher", "--port", str(settings.PORT + 1))
        found.append(Process("publisher", publish))
        found.append(Process("stripe", fake_stripe()))
    return tuple(Process(each.name, each.argv, environment(demo)) for each in found)


def fake_stripe() -> tuple[str, ...]:
    """Return the stand-in for Stripe: it makes our prices when it starts, so that a visitor can choose a plan at once."""
    webhook = f"http://127.0.0.1:{settings.PORT}/webhooks/stripe/"
    file = str(settings.VAR / "demo" / "stripe.json")
    where = ("--port", str(settings.PORT + 2), "--webhook", webhook, "--secret", WEBHOOK_SECRET, "--file", file)
    return (PYTHON, "-m", "billing.fake_stripe", *where, "--prices")


def environment(demo: bool) -> dict[str, str]:
    """Return what our processes find in their environment beside what is there."""
    both = {"PYTHONWARNINGS": "ignore:You're running the worker"}  # Celery's advice for servers, to root in a container
    if not demo:
        return both
    pays = {
        "BILLING": "stripe",
        "STRIPE_SECRET_KEY": "sk_test_demo",
        "STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
        "STRIPE_API_BASE": f"http://127.0.0.1:{settings.PORT + 2}",
    }
    return both | {"FETCH_ALLOW_PRIVATE": f"127.0.0.1:{settings.PORT + 1}", **DEMO_PACE, **pays}


def prepare(command: tuple[str, ...], environment: dict[str, str]) -> str:
    """Run a management command to its end and return what it printed. Raises CommandError when it fails."""
    done = subprocess.run(
        [PYTHON, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CommandError(f"manage.py {command[0]} failed (exit code {done.returncode}): see above. {done.stdout}")
    return done.stdout.strip()


def refuse_taken_ports(*ports: int) -> None:
    """Raise CommandError naming the first port that another program listens on."""
    for port in sorted(set(ports)):
        with socket.socket() as ours:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                ours.bind(("127.0.0.1", port))
            except (OSError, OverflowError) as error:
                raise CommandError(
                    f"port {port} cannot be used ({error}): stop the program that has it, or move everything "
                    f"with PORT=, for example PORT={settings.PORT + 100} make demo"
                ) from error


def check_database() -> None:
    """Raise CommandError when the database does not answer, before a traceback says so."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        where = "the database of DATABASE_URL" if settings.DATABASE_URL else "the embedded PostgreSQL"
        raise CommandError(f"{where} does not answer: {error}".strip()) from error
    connection.close()


class Watch:
    """Tells when the web answers, and brings back the embedded servers should their keeper be killed."""

    def __init__(self, supervisor: Supervisor, notes: list[str]) -> None:
        self._supervisor = supervisor
        self._notes = notes
        self._is_announced = False
        self._next_look_at = 0.0

    def look(self) -> None:
        if time.monotonic() < self._next_look_at:
            return
        if settings.EMBEDDED:
            self._revive_servers()
        if not self._is_announced and web_answers(settings.PORT):
            self._is_announced = True
            self._announce()
        self._next_look_at = time.monotonic() + (SECONDS_BETWEEN_LOOKS if self._is_announced else 0.3)

    def _revive_servers(self) -> None:
        try:
            local.ensure_running(settings.VAR, patience_seconds=SECONDS_BETWEEN_LOOKS)
        except local.LocalServersError as error:
            self._supervisor.say("dev", str(error))

    def _announce(self) -> None:
        for line in "\n".join(filter(None, self._notes)).splitlines():
            self._supervisor.say("dev", line)
        self._supervisor.say("dev", f"ConductAtlas is at http://localhost:{settings.PORT}/    Ctrl-C stops it")


def web_answers(port: int) -> bool:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=0.5)
    try:
        asking.request("GET", "/healthz")
        return asking.getresponse().status == 200
    except (OSError, http.client.HTTPException):  # not up yet is the answer
        return False
    finally:
        asking.close()

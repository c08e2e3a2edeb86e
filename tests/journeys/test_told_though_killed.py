"""Kill -9 of worker, broker and database while thousands of messages go out: none is lost, and a receiver that drops what
it has seen gets each once."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
from aiosmtpd.controller import Controller

from conductatlas import local
from tests.journeys.product import ROOT, free_port
from tests.servers import scripted

pytestmark = [pytest.mark.fault, pytest.mark.slow, pytest.mark.timeout(1500)]

MESSAGES = int(os.environ.get("FAULT_MESSAGES", "10000"))
WEBHOOKS_PERCENT = 30
KILLS = ("child", "worker", "valkey", "postgres", "child", "worker")
FILL = f"""
from datetime import datetime, UTC
from bench import fanout
now = datetime.now(UTC)
story = fanout.changed(now)
next(story)
fanout.fill({MESSAGES}, webhooks={WEBHOOKS_PERCENT}, url="HOOKS", now=now)
next(story)
"""
FREE = """
from monitoring.models import Delivery
Delivery.objects.update(lease_until=None)
"""
COUNT = """
import json
from monitoring.models import *
rows = Delivery.objects.filter(kind="alert")
print(json.dumps({
    "ids": [str(pk) for pk in rows.values_list("message_id", flat=True)],
    "sent": rows.exclude(sent_at=None).count(),
    "waiting": Delivery.objects.waiting().exclude(kind="digest").count(),
    "parked": Delivery.objects.exclude(parked_at=None).count(),
    "attempts_of_sent": Attempt.objects.filter(error="").values("delivery").distinct().count(),
}))
"""


class Received:
    """An idempotent receiver: how often each message id came, by mail or by post."""

    def __init__(self):
        self.times = {}
        self.at = time.monotonic()
        self.lock = threading.Lock()

    def note(self, message_id):
        with self.lock:
            self.times[message_id] = self.times.get(message_id, 0) + 1
            self.at = time.monotonic()

    def is_quiet(self):
        """Whether nothing has come for a while: what is left is held by workers that died."""
        return time.monotonic() - self.at > 20

    async def handle_DATA(self, server, session, envelope):
        found = envelope.content.lower().index(b"message-id: <") + 13
        self.note(envelope.content[found : found + 36].decode())
        return "250 taken"

    async def post(self, asked, writer):
        self.note(asked.headers["webhook-id"])
        await scripted.page("", status=204, content_type=None)(asked, writer)


class World:
    def __init__(self, folder, smtp_port, hooks):
        self.var = folder / "var"
        self.log = folder / "log"
        self.environment = os.environ | {
            "CONDUCTATLAS_VAR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "conductatlas.settings",
            "FETCH_ALLOW_PRIVATE": f"127.0.0.1:{hooks.port}",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(smtp_port),
            "EMAIL_USE_TLS": "false",
            "BILLING": "manual",
            "TICK_SECONDS": "2",
            "LOG_LEVEL": "ERROR",
        }
        self.manage("migrate", "-v0")
        self.manage("shell", "-v0", "-c", FILL.replace("HOOKS", hooks.url("/")))

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *arguments):
        command = [sys.executable, "-m", "celery", "-A", "conductatlas", *arguments]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def kill_a_server(self, name):
        """Kill -9 the embedded `postgres` or `valkey`; its keeper starts it again."""
        keeper = psutil.Process(local.ensure_running(self.var).keeper_pid)
        for child in keeper.children():
            if name in child.name():
                child.kill()


@pytest.fixture
def received():
    return Received()


@pytest.fixture
def world(tmp_path, received):
    mails = Controller(received, hostname="127.0.0.1", port=free_port())
    mails.start()
    try:
        with scripted.serve({"*": received.post}) as hooks:
            made = World(tmp_path, mails.port, hooks)
            yield made
    finally:
        mails.stop()
        local.leave(made.var)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                local.forget(made.var)
                break
            except local.LocalServersError:
                time.sleep(0.2)


WORKER = ("worker", "-n", "w@%h", "-Q", "alerts,read,poll,celery", "-c", "2", "--without-gossip", "--without-mingle")


def end(process):
    """Kill -9 a process with its children, as a machine that goes dark."""
    for child in psutil.Process(process.pid).children(recursive=True):
        child.kill()
    process.kill()
    process.wait()


def test_kill_9_while_messages_go_out_loses_none_and_a_receiver_sees_each_once(world, received):
    chance = random.Random(7)
    worker, beat = world.start(*WORKER), world.start("beat", "-s", str(world.var / "beat"))
    try:
        for number, victim in enumerate(KILLS, 1):
            wait_until(
                lambda part=number: len(received.times) > MESSAGES * part // (len(KILLS) + 3), world, seconds=300
            )
            time.sleep(chance.uniform(0.2, 1.5))
            if victim == "worker":
                end(worker)
                worker = world.start(*WORKER)
            elif victim == "child":
                psutil.Process(worker.pid).children()[0].send_signal(signal.SIGKILL)
            else:
                world.kill_a_server(victim)
                time.sleep(3)
        wait_until(received.is_quiet, world, seconds=900)
        world.manage("shell", "-v0", "-c", FREE)  # as five minutes would: what dead workers held
        wait_until(lambda: len(received.times) >= MESSAGES, world, seconds=300)
        wait_until(lambda: json.loads(world.manage("shell", "-v0", "-c", COUNT))["waiting"] == 0, world, seconds=120)
    finally:
        end(worker)
        end(beat)
    counted = json.loads(world.manage("shell", "-v0", "-c", COUNT))
    assert set(counted["ids"]) == set(received.times), "every message came, and nothing else"
    assert len(counted["ids"]) == len(received.times) == counted["sent"] == counted["attempts_of_sent"] == MESSAGES
    assert counted["waiting"] == counted["parked"] == 0
    doubled = sum(times - 1 for times in received.times.values())
    assert doubled <= len(KILLS) * 70, (
        "what was under way at a kill comes again, under its id, for the receiver to drop"
    )
    print(f"{MESSAGES} messages, {len(KILLS)} kills, {doubled} came twice under the same id")


def wait_until(is_so, world, *, seconds):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, world.log.read_text()[-4000:]
        time.sleep(0.2)

"""Kill -9 of poller, database and broker in the middle of the work: nothing is lost, nothing is doubled."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import psutil
import pytest

from conductatlas import local
from tests.journeys.product import ROOT
from tests.servers import scripted
from tests.world import terms

pytestmark = [pytest.mark.fault, pytest.mark.timeout(300)]

PAGES = 40
CHANGED = "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise."
WATCH_ALL = """
from django.utils import timezone
from accounts import people
from monitoring import watchlists
from monitoring.models import Platform
now = timezone.now()
user = people.register(email="alice@alice.example", password="", now=now)
watchlist = watchlists.default_watchlist(organization=user.memberships.get().organization, now=now)
for platform in Platform.objects.all():
    watchlists.watch(watchlist=watchlist, platform=platform, user=user, now=now)
"""
COUNT = """
import json
from django.db.models import Count
from monitoring.archive import chain
from monitoring.models import *
print(json.dumps({
    "documents": Document.objects.count(),
    "versions": sorted(Version.objects.values("document").annotate(n=Count("id")).values_list("n", flat=True)),
    "changes": Change.objects.count(),
    "alerts": Alert.objects.count(),
    "items": DeliveryItem.objects.count(),
    "sent": Delivery.objects.exclude(sent_at=None).count(),
    "waiting": Schedule.objects.exclude(unread_at=None).count() + Delivery.objects.filter(sent_at=None).count(),
    "broken": [d.pk for d in Document.objects.all() if chain.broken_at(Link.objects.filter(document=d).order_by("sequence"))],
}))
"""


class World:
    """A world of its own with pages that can be changed, and a command line."""

    def __init__(self, folder, server):
        self.var, self.server = folder / "var", server
        self.environment = os.environ | {
            "CONDUCTATLAS_VAR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "conductatlas.settings",
            "FETCH_ALLOW_PRIVATE": f"127.0.0.1:{server.port}",
            "FETCH_HOST_INTERVAL_SECONDS": "0",
            "FETCH_BATCH_DOCUMENTS": "5",
            "BILLING": "none",
            "LOG_LEVEL": "ERROR",
        }
        declarations = folder / "declarations"
        declarations.mkdir()
        for number in range(PAGES):
            row = {
                "name": f"Platform {number}",
                "terms": {"Terms of Service": {"fetch": server.url(f"/{number}"), "select": "main"}},
            }
            (declarations / f"platform-{number}.json").write_text(json.dumps(row))
        self.manage("migrate", "-v0")
        self.manage("sync_catalog", str(declarations))
        self.manage("shell", "-v0", "-c", WATCH_ALL)

    def start(self, *arguments):
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def manage(self, *arguments):
        process = self.start(*arguments)
        out, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
        return out

    def counted(self):
        return json.loads(self.manage("shell", "-v0", "-c", COUNT))

    def kill_a_server(self, name):
        """Kill -9 the embedded `postgres` or `valkey-server`; its keeper starts it again."""
        keeper = psutil.Process(local.ensure_running(self.var).keeper_pid)
        for child in keeper.children():
            if name in child.name():
                child.kill()


@pytest.fixture
def world(tmp_path):
    state = {"page": terms()}

    async def page(asked, writer):
        await scripted.page(state["page"].decode().replace("CLAUSE", asked.path))(asked, writer)

    with scripted.serve({f"/{number}": page for number in range(PAGES)}) as server:
        made = World(tmp_path, server)
        made.state = state
        yield made
        local.leave(made.var)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                local.forget(made.var)
                break
            except local.LocalServersError:
                time.sleep(0.2)


@pytest.mark.parametrize("victim", ["poller", "postgres", "valkey"])
def test_kill_9_in_the_middle_of_a_poll_loses_and_doubles_nothing(world, victim):
    world.manage("poll", "--once", "--all")
    assert world.counted()["versions"] == [1] * PAGES
    world.state["page"] = terms(c3=CHANGED)
    chance = random.Random(victim)
    for _ in range(4):
        process = world.start("poll", "--once", "--all")
        time.sleep(chance.uniform(0.8, 2.2))
        if victim == "poller":
            process.send_signal(signal.SIGKILL)
        else:
            world.kill_a_server(victim)
        process.communicate(timeout=60)
    free_the_leases = (
        "from monitoring.models import *; Schedule.objects.update(lease_until=None); "
        "Delivery.objects.update(lease_until=None)"
    )
    world.manage("shell", "-v0", "-c", free_the_leases)  # as ten minutes would
    world.manage("poll", "--once", "--all")
    world.manage("deliver", "--at", "2100-01-01T00:00:00+00:00")
    counted = world.counted()
    assert counted["versions"] == [2] * PAGES
    assert counted["changes"] == counted["alerts"] == counted["items"] == counted["sent"] == PAGES
    assert counted["waiting"] == 0
    assert counted["broken"] == []
    mails = [path.read_text() for path in (world.var / "mail").glob("*.eml")]
    ids = [next(line for line in mail.splitlines() if line.startswith("Message-ID:")) for mail in mails]
    assert len(set(ids)) == PAGES, "every change was sent"
    assert len(ids) - len(set(ids)) <= 4, (
        "a crash between sending and marking sends one message again, under the same id"
    )

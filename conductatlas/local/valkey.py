"""Valkey on a private socket; when it is killed it loses at most the last second."""

import signal
import socket
from contextlib import suppress

from conductatlas.local import binaries
from conductatlas.local.place import Place, make_private_folder
from conductatlas.local.server import Server

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory-policy": "noeviction",
}


def server(place: Place) -> Server:
    """Return Valkey ready to start."""
    data = place.home / "valkey"
    make_private_folder(data)
    pid_file = data / "valkey.pid"
    settings = SETTINGS | {"unixsocket": str(place.valkey_socket), "dir": str(data), "pidfile": str(pid_file)}
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    return Server(
        name="Valkey",
        argv=(str(binaries.valkey_binary_for(place.var)), *options),
        socket=place.valkey_socket,
        pid_file=pid_file,
        log=place.log / "valkey.log",
        stop_signal=signal.SIGTERM,
        orphan_signal=signal.SIGTERM,
        answers=_answers,
    )


def _answers(valkey: Server, _pid: int) -> bool:
    """Whether it answers a PING; while it still reads its file it says LOADING."""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:  # no answer is the answer
        connection.settimeout(5)
        connection.connect(str(valkey.socket))
        connection.sendall(b"PING\r\n")
        return connection.recv(16).startswith(b"+PONG")
    return False

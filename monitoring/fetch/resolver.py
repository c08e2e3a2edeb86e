"""The wall around outgoing connections: a name is looked up once, every address vetted, only vetted ones dialled."""

from __future__ import annotations

import asyncio
import concurrent.futures
import socket
from collections.abc import Callable, Iterable

from aiohappyeyeballs import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult

from monitoring.fetch import addresses, targets
from monitoring.fetch.reasons import FetchError, Reason

Lookup = Callable[[str, int], Iterable[str]]
_LOOKUPS_AT_ONCE = 16


def system_lookup(host: str, port: int) -> list[str]:
    """Return the addresses the system's resolver knows for a host, best first. Blocks; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class VettingResolver(AbstractResolver):
    """Looks names up in threads under a time limit and refuses a host when any of its addresses is not public.

    `socket_for` is the second half: handed to the connector, it opens sockets to vetted addresses only, so a literal
    address or a second look-up cannot slip past. Raises FetchError (FORBIDDEN_ADDRESS, DNS_NOT_FOUND, DNS_FAILED).
    """

    def __init__(
        self, *, allow_private: frozenset[tuple[str, int]], dns_seconds: float, lookup: Lookup = system_lookup
    ) -> None:
        self._allow_private = allow_private
        self._dns_seconds = dns_seconds
        self._lookup = lookup
        self._vetted: set[tuple[str, int]] = set()
        self._threads = concurrent.futures.ThreadPoolExecutor(_LOOKUPS_AT_ONCE, thread_name_prefix="dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return every address of `host`, all of them vetted."""
        found = await self._looked_up(host, port)
        for address in found:
            self._vet(host, port, address)
        return [_result(host, port, address) for address in found]

    def socket_for(self, target: AddrInfoType) -> socket.socket:
        """Open an unconnected socket for a vetted address, or raise FetchError."""
        family, kind, protocol, _, (address, port, *_) = target
        if (address, port) not in self._vetted:
            self._vet(str(address), port, str(address))
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Let go of the threads without waiting for look-ups that hang."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _looked_up(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._dns_seconds):
                found = list(await loop.run_in_executor(self._threads, self._lookup, host, port))
        except TimeoutError as error:
            raise FetchError(Reason.DNS_FAILED, f"{host}: no answer from DNS within {self._dns_seconds:g} s") from error
        except socket.gaierror as error:
            raise FetchError(_dns_reason(error), f"{host}: {error.strerror or error}") from error
        except (OSError, UnicodeError) as error:
            raise FetchError(Reason.DNS_FAILED, f"{host}: {error}") from error
        if not found:
            raise FetchError(Reason.DNS_NOT_FOUND, f"{host}: has no address")
        return found

    def _vet(self, host: str, port: int, address: str) -> None:
        if not targets.is_exempt(host, port, allow_private=self._allow_private):
            objection = addresses.objection(address)
            if objection:
                raise FetchError(Reason.FORBIDDEN_ADDRESS, f"{host}: {address} is not fetched from ({objection})")
        self._vetted.add((address, port))


def _dns_reason(error: socket.gaierror) -> Reason:
    is_final = error.errno in (socket.EAI_NONAME, socket.EAI_NODATA)
    return Reason.DNS_NOT_FOUND if is_final else Reason.DNS_FAILED


def _result(host: str, port: int, address: str) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=flags)

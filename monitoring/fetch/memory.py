"""What one process remembers of hosts from one Fetcher to the next; Valkey holds what all processes share."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitoring.fetch.robots import Rules

_MOST_RULES = 500


class Memory:
    """Clocks, breakers and parsed robots.txt by host; safe to share between threads. Times are of `time.monotonic`.

    free_at: when the next request to a host may go out. failures: consecutive ones and when a probe is due.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.free_at: dict[str, float] = {}
        self.failures: dict[str, tuple[int, float]] = {}
        self.valkey_away_until = 0.0
        self.is_valkey_away = False
        self._rules: OrderedDict[str, tuple[float, Rules]] = OrderedDict()

    def rules(self, origin: str, *, now: float) -> Rules | None:
        """Return the robots.txt of an origin as parsed before, or None when there is none or it has grown old."""
        with self.lock:
            good_until, rules = self._rules.get(origin, (0.0, None))
            if rules is None or now >= good_until:
                return None
            self._rules.move_to_end(origin)
            return rules

    def keep_rules(self, origin: str, rules: Rules, *, good_until: float) -> None:
        with self.lock:
            self._rules[origin] = (good_until, rules)
            self._rules.move_to_end(origin)
            if len(self._rules) > _MOST_RULES:
                self._rules.popitem(last=False)


OF_THIS_PROCESS = Memory()

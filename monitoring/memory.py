"""Values that were made before and are asked for again: of many keys, those that are missing are made all at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory(Generic[K, V]):
    """Values by key, the `size` most lately asked for; may be shared by threads."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, keys: Sequence[K], make: Callable[[list[K]], Iterable[V]]) -> list[V]:
        """Return the values of keys, in order; `make` gives those that are not remembered, all at once and each once."""
        known = self.known(keys)
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        made = dict(zip(missing, make(missing), strict=True)) if missing else {}
        values = [known[key] if key in known else made[key] for key in keys]
        self.keep(dict(zip(keys, values, strict=True)))
        return values

    def known(self, keys: Iterable[K]) -> dict[K, V]:
        """Return the values that are remembered, by key."""
        with self._lock:
            return {key: self._values[key] for key in keys if key in self._values}

    def keep(self, values: Mapping[K, V]) -> None:
        """Remember values that were made elsewhere."""
        with self._lock:
            for key, value in values.items():
                self._values[key] = value
                self._values.move_to_end(key)
            while len(self._values) > self.size:
                self._values.popitem(last=False)

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()

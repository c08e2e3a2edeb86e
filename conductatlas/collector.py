"""Memory in processes that make many short-lived rows and read many long texts: workers and the poll command."""

import ctypes
import gc

YOUNG, MIDDLE, OLD = 50_000, 4, 20
M_MMAP_THRESHOLD = -3  # of glibc's malloc.h
LARGE_BYTES = 256 * 1024


def relax() -> None:
    """Leave what is loaded out of every later collection, collect young objects less often, give large blocks back at once.

    Python's defaults (700, 10, 10) walk the taxonomy's tables again and again: bench/poll.py costs about a tenth more with them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    _give_large_blocks_back()


def _give_large_blocks_back() -> None:
    """Keep pages of this size and more out of the heap: glibc takes them into it after the first one, where holes remain.

    bench/poll.py ends with about a tenth less memory. Nothing happens where malloc is not glibc's.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)

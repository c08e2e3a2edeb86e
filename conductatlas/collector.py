"""Python's garbage collector in processes that make many short-lived rows: workers and the poll command."""

import gc

YOUNG, MIDDLE, OLD = 50_000, 20, 100


def relax() -> None:
    """Leave what is loaded out of every later collection, and collect young objects less often.

    The defaults (700, 10, 10) walk the taxonomy's tables again and again: bench/poll.py costs about a tenth more with them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)

"""What is read before the first visitor comes stays read, and is not looked through again and again."""

import gc

from conductatlas import warming
from monitoring import knowledge


def test_a_warm_process_keeps_what_it_read_out_of_the_collectors_rounds():
    try:
        warming.warm()
        assert gc.get_freeze_count() > 10_000
        assert all(each is not knowledge.taxonomy() for each in gc.get_objects())
    finally:
        gc.unfreeze()

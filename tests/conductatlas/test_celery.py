"""Each task goes into the queue that a worker of its kind serves, and every deployment serves all queues."""

import re
from pathlib import Path

import pytest

from conductatlas.celery import app
from monitoring import operations

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("monitoring.tasks.poll_due", "poll"),
        ("monitoring.tasks.watch_hubs", "poll"),
        ("monitoring.tasks.render_due", "render"),
        ("monitoring.tasks.read_waiting", "read"),
        ("monitoring.tasks.match_waiting", "alerts"),
        ("monitoring.tasks.deliver_due", "alerts"),
        ("billing.tasks.apply_event", "alerts"),
        ("accounts.tasks.erase_due", "alerts"),
    ],
)
def test_a_task_goes_into_its_queue(task, queue):
    app.loader.import_default_modules()
    assert task in app.tasks
    assert app.amqp.router.route({}, task)["queue"].name == queue


def test_the_compose_file_serves_every_queue():
    served = re.findall(r"worker -Q (\S+)", (ROOT / "docker-compose.yml").read_text())
    assert set(",".join(served).split(",")) == set(operations.QUEUES)

"""docs/api.md and the page at /api/ name what there is: every address, and the limits of the plans."""

import json
import re
from pathlib import Path

from billing import plans

GUIDE = (Path(__file__).parents[3] / "docs" / "api.md").read_text()


def test_the_guide_names_every_address(client, db):
    paths = json.loads(client.get("/api/schema/").content)["paths"]
    for path in paths:
        short = re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1"))
        assert short in re.sub(r"\{\w+\}", "{}", GUIDE), path


def test_the_guide_and_the_page_name_the_limits_of_the_plans(client, db):
    page = client.get("/api/").content.decode()
    for plan in plans.PLANS:
        limit = f"{plan.api_requests_per_hour:,}"
        assert f"{plan.name} {limit}" in GUIDE
        assert limit in page

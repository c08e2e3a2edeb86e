"""docs/operations.md and docs/billing.md name every variable that the settings read."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_variable_is_in_the_guide():
    read = set(re.findall(r'env(?:_\w+)?\(\s*"([A-Z_]+)"', (ROOT / "conductatlas" / "settings.py").read_text()))
    guide = "".join((ROOT / "docs" / name).read_text() for name in ("operations.md", "billing.md"))
    named = set(re.findall(r"[A-Z][A-Z_]{2,}", guide))
    assert len(read) > 30
    assert sorted(read - named) == []

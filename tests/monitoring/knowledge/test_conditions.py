import pytest

from monitoring.knowledge import ConditionError, conditions

HOLD = [
    ("stance == opt_out", {"stance": "opt_out"}, True),
    ("stance != opt_out", {"stance": "never"}, True),
    ("stance != opt_out", {}, False),
    ("age_min < 13", {"age_min": 12}, True),
    ("age_min < 13", {}, False),
    ("age_min < 13", {"age_min": True}, False),
    ("notice_days > 29", {"notice_days": 30}, True),
    ("carveouts contains feedback", {"carveouts": ("feedback",)}, True),
    ("carveouts is empty", {"carveouts": []}, True),
    ("carveouts is empty", {}, True),
    ("retroactive is unknown", {"retroactive": None}, True),
    ("retroactive is false", {}, False),
    ("retroactive is true", {"retroactive": True}, True),
    ("group in [personal_data,content_rights]", {"group": "content_rights"}, True),
    ("a is true and b is true", {"a": True, "b": False}, False),
]


@pytest.mark.parametrize(("source", "facts", "expected"), HOLD)
def test_a_condition_holds_on_what_is_stated_only(source, facts, expected):
    assert conditions.parse(source).holds(facts) is expected


@pytest.mark.parametrize(
    "source", ["stance = opt_out", "__import__('os')", "retroactive is perhaps", "a == b or c == d"]
)
def test_a_condition_that_cannot_be_read_is_named(source):
    with pytest.raises(ConditionError, match="cannot read"):
        conditions.parse(source)

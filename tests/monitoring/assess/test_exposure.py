import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring import assess, knowledge


@pytest.mark.parametrize("example", knowledge.examples(), ids=lambda example: str(example.key))
def test_a_worked_example_comes_out_exactly(example):
    exposure = assess.exposure(example.provision_type, example.facts)
    assert (exposure.score, exposure.level) == (example.score, example.level)
    assert tuple((p.condition, p.points, p.reason) for p in exposure.trace) == example.trace


def test_critical_needs_a_rule_of_the_gate():
    facts = {"stance": "overrides_training_opt_out", "stores_conversation": True, "sole_discretion": True}
    facts |= {"documents_inconsistent": True, "incorporated_by_reference": True, "minors_admitted": True}
    exposure = assess.exposure("feedback_use", facts)
    assert (exposure.score, exposure.level, exposure.held) == (69, "High", True)


@given(st.sampled_from(sorted(knowledge.taxonomy().types)), st.data())
def test_the_trace_always_adds_up(key, data):
    row = knowledge.taxonomy().types[key]
    stance = data.draw(st.sampled_from([stance.key for stance in row.stances]))
    exposure = assess.exposure(key, {"stance": stance})
    total = sum(point.points for point in exposure.trace)
    assert exposure.score == (69 if exposure.held else min(100, max(0, total)))
    level = next(level for level in knowledge.taxonomy().levels if level.name == exposure.level)
    assert level.lowest <= exposure.score <= level.highest

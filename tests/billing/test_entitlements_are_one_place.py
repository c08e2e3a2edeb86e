"""Limits are enforced in billing/entitlements.py alone: every other module asks it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMITS = {"platforms", "seats", "api_requests_per_hour", "timeline_days"}
PLANS = {"FREE", "WATCHER", "PROFESSIONAL", "UNLOCKED"}
MODULES = sorted(
    path
    for app in ("accounts", "billing", "monitoring")
    for path in (ROOT / app).rglob("*.py")
    if path.name not in ("entitlements.py", "plans.py")
)


def faults(source: str, *, is_billing: bool) -> list[str]:
    """Return where a module compares a limit of a plan, or, outside billing, asks which plan it is."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                if isinstance(side, ast.Attribute) and side.attr in LIMITS and _is_plan(side.value):
                    found.append(f"line {node.lineno}: compares .{side.attr}")
                elif isinstance(side, ast.Attribute) and side.attr in PLANS and not is_billing:
                    found.append(f"line {node.lineno}: asks for {side.attr}")
    return found


def _is_plan(node: ast.expr) -> bool:
    """Return whether the expression reads like a plan: a name with "plan" in it, or the answer of plan_of."""
    return "plan" in ast.unparse(node).lower()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_limit_is_enforced_elsewhere(path):
    assert faults(path.read_text(), is_billing="billing" in path.parts) == []


@pytest.mark.parametrize(
    "source",
    [
        "if count > plan.platforms: refuse()",
        "allowed = entitlements.plan_of(organization, now=now).seats >= people",
        "if used < current_plan.api_requests_per_hour: go()",
        "if plan_of(organization) == plans.FREE: refuse()",
    ],
)
def test_the_search_finds_what_it_is_for(source):
    assert faults(source, is_billing=False)

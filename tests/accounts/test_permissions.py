import itertools
from pathlib import Path

import pytest
from django.conf import settings

from accounts.permissions import GIVEN, MEANINGS, TABLE, Permission, Role, as_markdown, may


def test_every_role_has_its_row_and_may_read():
    assert set(TABLE) == set(Role)
    assert all(may(role, Permission.READ) for role in Role)


def test_only_the_owner_pays_and_a_viewer_changes_nothing():
    assert [role for role in Role if may(role, Permission.BILLING)] == [Role.OWNER]
    assert TABLE[Role.VIEWER] == {Permission.READ}


def test_a_larger_role_loses_nothing():
    order = [TABLE[role] for role in (Role.VIEWER, Role.ANALYST, Role.ADMIN, Role.OWNER)]
    assert all(smaller < larger for smaller, larger in itertools.pairwise(order))


def test_an_unknown_role_is_an_error_and_not_a_no():
    with pytest.raises(ValueError, match="stranger"):
        may("stranger", Permission.READ)


def test_every_permission_says_what_it_means_and_no_owner_is_made_by_choice():
    assert set(MEANINGS) == set(Permission)
    assert set(GIVEN) == set(Role) - {Role.OWNER}


def test_the_docs_say_what_the_code_says():
    assert as_markdown() in (Path(settings.BASE_DIR) / "docs/roles.md").read_text()

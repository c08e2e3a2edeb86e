import itertools

import pytest

from accounts.permissions import TABLE, Permission, Role, may


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

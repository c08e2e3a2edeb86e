"""Secrets at rest."""

import pytest

from monitoring.alerts.channels import sealing


def test_what_was_sealed_opens_and_does_not_show(settings):
    sealed = sealing.seal("whsec_x")
    assert "whsec_x" not in sealed
    assert sealing.opened(sealed) == "whsec_x"
    assert sealing.seal("whsec_x") != sealed


def test_a_new_key_opens_what_the_old_one_sealed_while_that_is_given(settings):
    sealed = sealing.seal("whsec_x")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert sealing.opened(sealed) == "whsec_x"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(sealing.CannotOpen, match="SECRET_KEY_FALLBACKS"):
        sealing.opened(sealed)

import pickle

import pytest

from monitoring.fetch import FetchError, FetchSettings, Reason


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_meaning_and_fits_a_short_column(reason):
    assert reason.meaning.endswith(".")
    assert reason.value == reason.name.lower()
    assert len(reason.value) <= 32


def test_the_list_is_at_least_as_fine_as_the_fields_own():
    assert len(Reason) >= 18


def test_a_reason_reads_back_from_its_value():
    assert Reason("bot_wall") is Reason.BOT_WALL
    assert pickle.loads(pickle.dumps(Reason.TIMEOUT)) is Reason.TIMEOUT


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason.shows_sick_host])
def test_a_sick_host_may_recover(reason):
    assert reason.is_transient


@pytest.mark.parametrize(
    "reason", [Reason.NOT_FOUND, Reason.TLS, Reason.ROBOTS, Reason.BOT_WALL, Reason.FORBIDDEN_ADDRESS, Reason.TOO_LARGE]
)
def test_what_trying_again_does_not_change_is_not_transient(reason):
    assert not reason.is_transient


def test_an_error_shows_its_reason():
    error = FetchError(Reason.GONE, "https://example.com/terms: HTTP 410", status=410)
    assert str(error) == "https://example.com/terms: HTTP 410"
    assert repr(error).startswith("FetchError(gone:")


def test_settings_that_leave_no_time_for_a_request_are_refused():
    with pytest.raises(ValueError, match="batch_seconds"):
        FetchSettings(user_agent="X/1", request_seconds=30, batch_seconds=20)

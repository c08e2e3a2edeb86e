"""The filters of lists."""

from django import forms

from monitoring.models import Platform
from monitoring.views.filters import ChangeFilter, LongSelect


def test_the_fast_select_writes_what_djangos_would(db, now):
    Platform.objects.create(slug="a-b", name='A & "B"', created_at=now)
    form = ChangeFilter({"platform": "a-b"})
    shown = str(form["platform"])
    assert '<option value="a-b" selected>A &amp; &quot;B&quot;</option>' in shown
    assert '<option value="">All platforms</option>' in shown
    assert 'id="id_platform"' in shown and 'name="platform"' in shown


def test_the_fast_select_chooses_the_empty_option_when_nothing_is_chosen():
    shown = LongSelect(choices=[("", "All"), ("a", "A")]).render("platform", None, {})
    assert '<option value="" selected>All</option>' in shown and '<option value="a">A</option>' in shown


def test_a_slug_that_nobody_has_is_named_and_not_an_error(db):
    form = ChangeFilter({"platform": "none<script>"})
    assert not form.is_valid() and isinstance(form, forms.Form)
    assert "<script>" not in str(form["platform"])

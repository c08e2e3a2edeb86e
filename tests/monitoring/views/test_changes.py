"""The page of a change, and the list."""

import re
from datetime import timedelta

from monitoring.models import Change, Revision
from tests import world


def test_the_change_page_shows_the_words_that_went_and_came(client, change):
    page = client.get(change.get_absolute_url()).content.decode()
    assert "Acme changed its Terms of Service" in page
    words = page.split('id="words"')[1]
    assert re.search(r"<del>.{0,60}30", words)
    assert re.search(r"<ins>.{0,60}90", words)
    assert "binding arbitration" in words


def test_the_words_are_marked_for_who_only_listens(client, change):
    page = client.get(change.get_absolute_url()).content.decode()
    assert '<span class="visually-hidden"> [removed: </span>' in page
    assert '<span class="visually-hidden"> [added: </span>' in page


def test_side_by_side_shows_what_went_left_and_what_came_right(client, change):
    page = client.get(change.get_absolute_url() + "?view=side").content.decode()
    left, right = page.split('class="side-by-side"')[1].split(">After<", 1)
    assert "<del>" in left
    assert "<ins>" not in left
    assert "<ins>" in right.split("</article>")[0]


def test_the_change_page_carries_its_dates_versions_and_the_methodology(client, change):
    page = client.get(change.get_absolute_url()).content.decode()
    assert "Version 1" in page
    assert "Version 2" in page
    assert change.before.hex[:8] in page
    assert "/methodology/" in page
    assert "not legal advice" in page


def test_the_list_goes_on_where_the_page_before_ended(client, source, change, now):
    for number in range(45):
        at = now - timedelta(days=9) + timedelta(minutes=number)
        Change.objects.filter(pk=change.pk).update(observed_at=at)
        world.serve(source, world.terms(c4=f"You must not use the service more than {number + 2} hours."), at=at)
    first = client.get("/changes/?platform=acme")
    assert len(first.context["changes"]) == 40
    older = client.get("/changes/" + first.context["older"])
    shown = [row.pk for row in [*first.context["changes"], *older.context["changes"]]]
    assert len(shown) == len(set(shown)) == Change.objects.count()
    assert older.context["older"] == ""


def test_clauses_whose_words_did_not_change_are_not_counted_as_reworded(client, source, now):
    linked = 'You must not use the service to harm others; see our <a href="/r/{0}">policy</a> for <a href="/u/{0}">more</a>.'
    world.serve(source, world.terms(c4=linked.format("a1b2c3d4")), at=now + world.DAY)
    text = linked.format("e5f6a7b8")
    _, change = world.serve(
        source, world.terms(c4=text, c6="You may close your account at any time."), at=now + 2 * world.DAY
    )
    assert sum(change.counts.values()) == 2  # the clause whose links turned, and the one that says less
    page = client.get(change.get_absolute_url()).content.decode()
    assert re.search(r'class="counts quiet">1 reworded · [^<]*\(<a href="#quiet"', page)


def test_a_document_that_is_named_by_a_sentence_stands_in_quotation_marks(client, change):
    change.document.name = "How your content is used"
    change.document.save()
    page = client.get(change.get_absolute_url()).content.decode()
    assert "<h1>Acme changed “How your content is used”</h1>" in page


def test_a_line_of_a_list_names_the_provisions_that_moved_what_has_a_side_first(client, source, now):
    opt_out = "We may use your content to train our models unless you opt out in your account settings."
    world.serve(source, world.terms(), at=now)
    world.serve(source, world.terms(c2=opt_out), at=now + world.DAY)
    for address in ("/", "/changes/", "/platforms/acme/"):
        page = client.get(address).content.decode()
        touches = page.split('class="touches"')[1].split("</p>")[0]
        assert re.search(
            r'class="direction worse">.*Use of content to train models<span[^>]*>, worse for users', touches
        )


def test_a_line_of_a_list_does_not_name_what_is_doubtful(client, source, now):
    opt_out = "We may use your content to train our models unless you opt out in your account settings."
    world.serve(source, world.terms(), at=now)
    _, change = world.serve(source, world.terms(c2=opt_out), at=now + world.DAY)
    moved = Revision.objects.filter(version=change.after_id, provision__provision_type="model_training_use")
    moved.update(fate="new", confidence=0.5)
    assert Change.objects.with_touches().get(pk=change.pk).touches == []
    moved.update(confidence=0.95)
    assert [each["fate"] for each in Change.objects.with_touches().get(pk=change.pk).touches] == ["new"]

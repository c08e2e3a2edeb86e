"""Marked words as a reader sees them."""

from hypothesis import given
from hypothesis import strategies as st

from monitoring import redline
from monitoring.models import Change
from monitoring.redline import Marked, Piece, Run, readable, shortened
from monitoring.templatetags import records
from tests import world

PIECES = st.lists(
    st.builds(
        Piece,
        st.sampled_from(["same", "removed", "added"]),
        st.text(alphabet="ab |[]()*#-\\\n", min_size=1, max_size=12),
    ),
    max_size=6,
)


def test_readable_leaves_out_the_signs_of_markdown():
    days = (Piece("removed", "30"), Piece("added", "90"), Piece("same", " days"))
    target = (Piece("removed", "x"), Piece("added", "y"))
    pieces = [
        Piece("same", "- **Retention.** We keep [inputs](https://a.example/"),
        *target,
        Piece("same", ") for "),
        *days,
    ]
    assert readable(pieces) == (Piece("same", "Retention. We keep inputs for "), *days)


def test_readable_shows_the_target_where_only_a_link_changed():
    pieces = (
        Piece("same", "see [it"),
        Piece("removed", "](https://a.example)"),
        Piece("added", "](https://b.example)"),
    )
    assert readable(pieces) == pieces


@given(PIECES)
def test_readable_adds_no_words(pieces):
    def words(each):
        return sum(sign in "ab" for piece in each for sign in piece.text)

    assert words(readable(pieces)) <= words(pieces)


def test_shortened_cuts_long_unchanged_runs_around_what_changed():
    long = " ".join(f"w{number}" for number in range(100))
    marks = [piece.mark for piece in shortened([Piece("same", long), Piece("added", "new"), Piece("same", long)])]
    assert marks == ["gap", "same", "added", "same", "gap"]


def test_marked_words_are_escaped_on_pages_and_in_mails():
    pieces = [Piece("added", "<script>"), Piece("removed", "<img src=x>"), Piece("same", "<b>")]
    for shown in (records.redline(pieces), records.redline_mail(pieces)):
        assert "<script>" not in shown
        assert "<img" not in shown
        assert "<b>" not in shown


def test_marked_words_read_alone_as_text():
    pieces = [Piece("same", "for "), Piece("removed", "30"), Piece("added", "90"), Piece("same", " days")]
    assert records.redline_text(pieces) == "for [-30-] {+90+} days"


def laid(before, after, now, db_world):
    source = db_world.declare("acme", now=now)["acme"]
    db_world.serve(source, page(before), at=now)
    _, change = db_world.serve(source, page(after), at=now + db_world.DAY)
    change = Change.objects.with_versions().get(pk=change.pk)
    return redline.in_order(change, redline.of(change))


def page(clauses):
    filler = "".join(
        f"<p>Clause number {n} says that you keep what is yours and we keep what is ours.</p>" for n in range(9)
    )
    body = "".join(f"<p>{clause}</p>" for clause in clauses)
    return f"<html><body><main><h1>Terms</h1>{body}{filler}</main></body></html>".encode()


KEPT = ["We deliver the service with care.", "You pay in advance.", "Questions go to our office."]


def test_unchanged_clauses_stand_between_the_edits_in_reading_order(db, now):
    before = [KEPT[0], "We keep inputs for 30 days.", KEPT[1], KEPT[2]]
    after = [KEPT[0], "We keep inputs for 90 days.", KEPT[1], "Disputes go to binding arbitration.", KEPT[2]]
    parts = laid(before, after, now, world)
    words = [part.after if isinstance(part, Marked) else [text for _, _, text in part.clauses] for part in parts]
    assert words[0][-1] == KEPT[0] and "90 days" in words[1]
    assert words[2] == [KEPT[1]] and "arbitration" in words[3] and words[4][0] == KEPT[2]


def test_a_removed_clause_stands_where_it_stood(db, now):
    before = [KEPT[0], KEPT[1], "We never sell your data.", KEPT[2]]
    parts = laid(before, KEPT, now, world)
    assert [type(part) for part in parts] == [Run, Marked, Run]
    assert parts[0].clauses[-1][2] == KEPT[1] and parts[2].clauses[0][2] == KEPT[2]


def test_every_clause_of_the_later_text_is_shown_once(db, now):
    after = ["You pay at once.", KEPT[0], "A new clause binds you.", KEPT[2]]
    parts = laid(KEPT, after, now, world)
    change = Change.objects.with_versions().get()
    shown = sum(len(part.after_positions) if isinstance(part, Marked) else len(part.clauses) for part in parts)
    quiet = [edit for edit in redline.of(change) if edit.is_quiet]
    assert shown + sum(len(edit.after_positions) for edit in quiet) == len(change.after.outline)


def test_a_clause_is_cited_by_its_heading_and_the_number_that_is_not_in_it():
    said = {
        ("4. Content", "4.4"): "4. Content, 4.4",
        ("§ 13 Changes", "13"): "§ 13 Changes",
        ("Retention", "(a)"): "Retention, (a)",
    }
    said |= {("", "2"): "2", ("Opening", ""): "Opening"}
    for (heading, number), words in said.items():
        assert Marked("reworded", "minor", number, heading, "p1", (), ()).whereabouts == words
    assert [records.section(number) for number in ("4.4", "(a)", "II.")] == ["§ 4.4", "(a)", "II."]

"""Marked words as a reader sees them."""

from hypothesis import given
from hypothesis import strategies as st

from monitoring.redline import Piece, readable, shortened
from monitoring.templatetags import records

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

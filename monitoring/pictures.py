"""Pictures of our records, with our words on them: what `drawing` draws, named and dated as pages name and date things."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitoring import drawing, knowledge
from monitoring.models import Version

MONTHS = 12


def lanes(rows: Sequence[drawing.Lane], *, start: date, end: date, title: str) -> drawing.Picture:
    """Return timeline lanes; what happened before `start` or after `end` is left out."""
    head = (_("Date"), _("Where"), _("What happened"))
    return drawing.lanes(rows, start=start, end=end, title=title, head=head, name_day=_day, name_month=_month)


def stability(versions: Iterable[Version], *, now: datetime) -> drawing.Picture | None:
    """Return how long each version stood, from the first record until now; None before the first record.

    Each comes with its document, platform and change. Technical upgrades are left out: the text was the same.
    """
    rows = sorted(
        (row for row in versions if row.kind != Version.Kind.TECHNICAL), key=lambda row: (row.observed_at, row.sequence)
    )
    if not rows:
        return None
    ends = [*(row.observed_at for row in rows[1:]), now]
    stood = [_stood(row, end) for row, end in zip(rows, ends, strict=True)]
    title = ngettext("How long the one version stood", "How long each of %(number)s versions stood", len(rows)) % {
        "number": len(rows)
    }
    return drawing.strip(
        stood,
        start=stood[0].start,
        end=max(day_of(now), stood[0].start + timedelta(days=1)),
        title=title,
        head=(_("From"), _("Stood for"), _("Version")),
        name_day=_day,
        name_month=_month,
        name_days=days,
    )


def _stood(row: Version, end: datetime) -> drawing.Stood:
    change = getattr(row, "change", None)
    return drawing.Stood(
        start=day_of(row.observed_at),
        end=day_of(end),
        label=_("version %(number)s") % {"number": row.sequence},
        mark=change.significance if change else "first",
        url=row.get_absolute_url(),
    )


def year_of_changes(moments: Iterable[tuple[datetime, str]], *, now: datetime) -> drawing.Picture:
    """Return the changes of twelve months, this one the last, stacked by significance. moments: (observed_at, significance)."""
    months = _months_before(day_of(now))
    counts = {month: [0, 0, 0] for month in months}
    for moment, significance in moments:
        month = day_of(moment).replace(day=1)
        if month in counts and significance in drawing.KINDS:
            counts[month][drawing.KINDS.index(significance)] += 1
    rows = [drawing.Column(date_format(month, "M y"), tuple(counts[month])) for month in months]
    head = (_("Month"), _("Substantive"), _("Minor"), _("Housekeeping"))
    return drawing.columns(rows, title=_("Changes by month"), head=head)


def adoption(rows: Sequence[drawing.Bar], *, title: str) -> drawing.Picture:
    """Return how many documents or platforms take each position."""
    return drawing.bars(rows, title=title, head=(_("Position"), _("How many"), _("Share")))


def exposure(before: int | None, after: int | None) -> drawing.Picture:
    """Return how an exposure score moved on the scale of the taxonomy's levels; either is None where there was none."""
    levels = [(level.name, level.lowest, level.highest) for level in knowledge.taxonomy().levels]
    if before is None:
        title = _("Exposure %(after)s of 100") % {"after": after}
    elif after is None:
        title = _("Exposure was %(before)s of 100") % {"before": before}
    else:
        title = _("Exposure moved from %(before)s to %(after)s of 100") % {"before": before, "after": after}
    return drawing.movement(before, after, levels=levels, title=title, head=(_("Before"), _("After")))


def stance(rank: int | None, *, of: int, title: str) -> drawing.Picture:
    """Return the small picture of a stance: its rank among the `of` ranked ones of its type; None is unclear."""
    return drawing.cell(drawing.pattern(rank, of), title=title)


def days(number: int) -> str:
    """Return a span of time in words: whole days below two months, else months, else years with a tenth."""
    if number < 1:
        return _("less than a day")
    if number < 60:
        return ngettext("%(number)s day", "%(number)s days", number) % {"number": number}
    if number < 730:
        return ngettext("%(number)s month", "%(number)s months", round(number / 30.4)) % {
            "number": round(number / 30.4)
        }
    return _("%(number)s years") % {"number": f"{number / 365.25:.1f}"}


def day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _months_before(day: date) -> list[date]:
    """Return the firsts of the twelve months that end with that of `day`."""
    index = day.year * 12 + day.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(index - MONTHS + 1, index + 1)]


def _day(day: date) -> str:
    return date_format(day, "j M Y")


def _month(day: date) -> str:
    return date_format(day, "M Y") if day.month != 1 else date_format(day, "Y")

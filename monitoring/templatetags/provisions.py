"""Stances and quotations of provisions, as pages show them: `{% load provisions %}`."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from monitoring import compare, knowledge
from monitoring.models import Change, Revision
from monitoring.provisions import Quote

register = template.Library()


@register.filter
def stance(revision: Revision) -> str:
    """Return what the text does, as a clause that begins with a capital: "Allows training on user content unless …"."""
    meaning = revision.provision.type.stance(revision.stance).meaning
    return meaning[:1].upper() + meaning[1:]


@register.filter
def confidence(value: float) -> str:
    """Return a calibrated confidence with two digits; nothing that was read is ever certain."""
    return _("over 0.99") if value > 0.99 else f"{value:.2f}"


@register.filter
def named_touches(change: Change) -> list[tuple[str, str, str]]:
    """Return (name, direction, fate) of what a change of `with_touches` moved, what has a side first; else nothing."""
    types = knowledge.taxonomy().types
    told = [(types[each["type"]].name, each["direction"], each["fate"]) for each in getattr(change, "touches", ())]
    return sorted(told, key=lambda each: each[1] == Revision.Direction.NEUTRAL)


@register.filter
def shade(said: compare.Said) -> str:
    """Return the class of the pattern that stands for a position: "shade-0" leaves users most, "shade-unclear" is unsettled."""
    return _shade(said.shade)


@register.simple_tag
def stance_shade(row: knowledge.ProvisionType, stance: knowledge.Stance) -> str:
    """Return the same for a stance of a type."""
    return _shade(compare.shade(row, stance.rank))


def _shade(shade: int | None) -> str:
    return "shade-unclear" if shade is None else f"shade-{shade}"


@register.filter
def marked(quote: Quote) -> SafeString:
    """Return a quotation with its deciding words in <mark>, without Markdown's signs, and … where the clause says more."""
    pieces = format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if is_marked else text,) for is_marked, text in quote.pieces)
    )
    before, after = ("… " if quote.is_cut[0] else ""), (" …" if quote.is_cut[1] else "")
    return format_html("{}{}{}", before, pieces, after)

"""How pages place a drawing: in a figure, with the same as a table folded under it."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from monitoring.drawing import Picture

register = template.Library()


@register.inclusion_tag("parts/picture.html")
def picture(drawn: Picture | None, caption: str = "") -> dict[str, Any]:
    """Show a picture with its table; nothing for None."""
    if drawn is None:
        return {"picture": None}
    return {"picture": drawn, "svg": mark_safe(drawn.svg), "caption": caption}  # noqa: S308 - drawing escapes


@register.filter
def svg(drawn: Picture) -> SafeString:
    """Return the bare drawing, for where the words stand beside it: a cell of the matrix, a sparkline in a row."""
    return mark_safe(drawn.svg)  # noqa: S308 - drawing escapes

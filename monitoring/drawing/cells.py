"""The pattern of a stance in the matrix: the worse for users, the darker; unclear and absent have signs of their own."""

from .picture import Picture, tag

PATTERNS = ("blank", "dots", "hatch", "net", "solid")
_INSIDE = {
    "blank": "",
    "dots": "".join(f'<circle cx="{x}" cy="{y}" r="1.1"/>' for x in (5, 11, 17, 23) for y in (5, 11)),
    "hatch": "".join(f'<path d="M{x} 16 {x + 8} 0"/>' for x in range(-4, 28, 6)),
    "net": "".join(f'<path d="M{x} 16 {x + 8} 0M{x} 0l8 16"/>' for x in range(-4, 28, 6)),
    "solid": '<rect width="28" height="16"/>',
    "unclear": '<path d="M11.4 5.6a2.6 2.6 0 1 1 3.6 2.4c-.8.4-1 .8-1 1.8M14 12.4v.9"/>',
    "absent": '<path d="M9 8h10"/>',
}


def pattern(rank: int | None, of: int = 5) -> str:
    """Return the name of the pattern of a rank: 1 is blank, the last (`of`) is solid; "unclear" for None."""
    if rank is None:
        return "unclear"
    step = round((min(rank, of) - 1) / max(of - 1, 1) * (len(PATTERNS) - 1))
    return PATTERNS[step]


def cell(kind: str, *, title: str) -> Picture:
    """Return the small picture of one cell; kind: what `pattern` says, or "absent" where nothing was found."""
    head = {"class": f"drawing cell {kind}", "viewBox": "0 0 28 16", "role": "img", "aria-label": title}
    return Picture(tag("svg", head, _INSIDE[kind]), title)

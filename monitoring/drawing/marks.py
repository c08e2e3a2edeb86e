"""The marks that stand for significance, direction and what happened: told apart by shape, drawn around their middle."""

from .picture import tag

_SHAPES = {
    "substantive": '<circle r="5" class="full"/>',
    "minor": '<circle r="5" class="open"/><path d="M0-5a5 5 0 0 1 0 10z" class="full"/>',
    "housekeeping": '<circle r="5" class="open"/>',
    "format": '<circle r="2" class="full"/>',
    "noise": '<path d="M-4.5 0h9" class="open"/>',
    "better": '<path d="M0-5 5.6 5h-11.2z" class="full"/>',
    "worse": '<path d="M0 5 5.6-5h-11.2z" class="full"/>',
    "neutral": '<path d="M0-5.6 5.6 0 0 5.6-5.6 0z" class="full"/>',
    "first": '<path d="M0-5v10M-5 0h10" class="open"/>',
    "withdrawn": '<path d="M-4-4l8 8M4-4l-8 8" class="open"/>',
    "law": '<path d="M-5-5h10v10h-10z" class="open"/>',
}
MARKS = tuple(_SHAPES)


def mark(kind: str) -> str:
    """Return the mark of that kind around (0, 0). Raises KeyError for a kind there is none of."""
    return tag("g", {"class": f"mark {kind}"}, _SHAPES[kind])

"""Marks by shape, each with its word: `{% load marks %}`. A page says the same few dozens of times, so each is made once."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def significance(value: str, *, bare: bool = False) -> SafeString:
    """Return how much a difference matters; `bare` leaves the word to those who listen only."""
    return _made("significance", get_language(), significance=value, bare=bare)


@register.simple_tag
def significance_mark(value: str) -> SafeString:
    """Return the shape alone."""
    return _made("significance_mark", get_language(), significance=value)


@register.simple_tag
def direction(value: str) -> SafeString:
    """Return better, worse or neutral for users."""
    return _made("direction", get_language(), direction=value)


@register.simple_tag
def touch(name: str, direction: str, fate: str) -> SafeString:
    """Return a provision that a change moved, with the mark of its direction."""
    return _made("touch", get_language(), name=name, direction=direction, fate=fate)


@register.simple_tag
def exposure(level: str, score: int, *, bare: bool = False) -> SafeString:
    """Return a level on its scale; `bare` leaves the word "exposure" to those who listen only."""
    return _made("exposure", get_language(), level=level, score=score, bare=bare)


@register.simple_tag
def absence(state: str, *, dense: bool = False) -> SafeString:
    """Return what a cell of a matrix shows where no position stands: "silent" or "undetermined"."""
    return _made("absence", get_language(), state=state, dense=dense)


@lru_cache(maxsize=1024)
def _made(part: str, _language: str | None, **values: str | int) -> SafeString:
    return render_to_string(f"parts/{part}.html", values)

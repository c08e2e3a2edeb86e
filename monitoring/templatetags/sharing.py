"""What other sites show of a page: its own address, and its title and description once more for cards."""

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static

from conductatlas.logs import masked

register = template.Library()
PAGED = ("page", "before")  # what makes another page of the same list; all other parameters only choose


@register.simple_tag(takes_context=True)
def canonical(context: Context) -> str:
    """Return the one address of this page; "" where there is no request, as on the page of an error of ours."""
    request = context.get("request")
    if request is None:
        return ""
    kept = [
        f"{name}={request.GET[name]}" for name in PAGED if request.GET.get(name, "").isascii() and name in request.GET
    ]
    return f"{settings.SITE_URL}{request.path}" + (f"?{'&'.join(kept)}" if kept else "")


@register.simple_tag(takes_context=True)
def address_asked(context: Context) -> str:
    """Return the address of this page with all that it was asked for, but for what lets somebody in; the host is ours."""
    return masked(f"{settings.SITE_URL}{context['request'].get_full_path()}")


@register.simple_tag(takes_context=True)
def block_text(context: Context, name: str) -> str:
    """Return what a block of this page says, on one line, to be said again elsewhere in it."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return " ".join(block.render(context).split()) if block else ""


@register.simple_tag
def card() -> str:
    """Return the address of the picture that cards show."""
    return f"{settings.SITE_URL}{static('card.png')}"

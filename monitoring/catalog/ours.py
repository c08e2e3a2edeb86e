"""This service as one of the platforms it watches: its own terms and privacy text are on its own record."""

from __future__ import annotations

from pathlib import Path

from . import terms_types
from .declaration import DocumentDeclaration, PlatformDeclaration, SourceDeclaration

PAGES = (("Terms of Service", "terms"), ("Privacy Policy", "privacy"))


def ours(site_url: str) -> PlatformDeclaration:
    """Return the declaration of the service that runs at `site_url`, which has no slash at its end."""
    return PlatformDeclaration(
        slug="conductatlas",
        name="ConductAtlas",
        vendor="",
        home_page=f"{site_url}/",
        legal_hub="",
        category="",
        documents=tuple(_document(name, f"{site_url}/{page}/") for name, page in PAGES),
        path=Path(__file__),
    )


def _document(name: str, url: str) -> DocumentDeclaration:
    kind = terms_types.named(name)
    assert kind is not None, f"{name} is in the closed list"
    return DocumentDeclaration(
        terms_type=kind.key, name=name, region="", language="en", audience="",
        sources=(SourceDeclaration(url=url, select=("main",)),),
    )  # fmt: skip

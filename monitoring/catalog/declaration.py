"""The values a declaration is read into (glossary: Declaration, Platform, Document, Source)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# A CSS selector, or a range {startBefore|startAfter, endBefore|endAfter}: exactly the JSON of the declaration.
Selector = str | dict[str, str]


class CatalogError(Exception):
    """Raised when a folder of declarations cannot be loaded; `errors` has every mistake with file, key and fix."""

    def __init__(self, errors: tuple[str, ...]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class SourceDeclaration:
    """One URL and what to keep of the page behind it. `filters` are named for the record and never run."""

    url: str
    select: tuple[Selector, ...] = ()
    remove: tuple[Selector, ...] = ()
    render: bool = False
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentDeclaration:
    """One governed text. `terms_type` is a key of terms_types; an empty region or audience means all of them."""

    terms_type: str
    name: str
    region: str
    language: str
    audience: str
    sources: tuple[SourceDeclaration, ...]

    @property
    def variant(self) -> tuple[str, str, str, str]:
        """What tells this document from the others of its platform."""
        return (self.terms_type, self.region, self.language, self.audience)


@dataclass(frozen=True, slots=True)
class PlatformDeclaration:
    """One platform with its documents in the order of the file; the slug is made of the file's name."""

    slug: str
    name: str
    vendor: str
    home_page: str
    legal_hub: str
    category: str
    documents: tuple[DocumentDeclaration, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in a folder that was read and left out on purpose; never an error."""

    path: Path
    message: str

    def __str__(self) -> str:
        return f"{self.path.name}: {self.message}"


@dataclass(frozen=True, slots=True)
class Catalog:
    """A folder of declarations as read."""

    platforms: tuple[PlatformDeclaration, ...]
    remarks: tuple[Remark, ...]

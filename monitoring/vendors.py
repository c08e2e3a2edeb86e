"""A list of vendors, as people have one in a spreadsheet, matched to the catalog by name or by domain."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitoring.discovery import addresses
from monitoring.models import Platform, Source

MOST_ROWS = 1000
LARGEST_BYTES = 200_000
_HEADINGS = {"name", "vendor", "vendors", "vendor name", "company", "domain", "website", "url", "platform"}
_ENDINGS = re.compile(
    r"[\s,]+(inc|ltd|llc|gmbh|ag|sa|sas|bv|ab|plc|corp|corporation|limited|pbc|co)\.?$", re.IGNORECASE
)
_LIKE_DOMAIN = re.compile(r"^(https?://)?[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?$")


class ListRefused(ValueError):
    """Raised for a list that is too long or no text; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Vendors:
    """What a list came to: platforms of the catalog, in its order, and the entries that nothing fits."""

    platforms: tuple[Platform, ...]
    unknown: tuple[str, ...]


def decoded(content: bytes) -> str:
    """Return the text of an uploaded file. Raises ListRefused."""
    if len(content) > LARGEST_BYTES:
        raise ListRefused(f"The file has {len(content):,} bytes; up to {LARGEST_BYTES:,} are read. Cut it in parts.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def match(text: str) -> Vendors:
    """Return what the lines of `text` name: CSV (the first cell of a row that fits counts) or one name or domain a line.

    Three queries, whatever the length. Raises ListRefused past MOST_ROWS rows, and for what is no CSV.
    """
    rows = list(_rows(text))
    if len(rows) > MOST_ROWS:
        raise ListRefused(f"The list has {len(rows):,} rows; up to {MOST_ROWS:,} are read. Cut it in parts.")
    by_name, by_site = _names(), _sites()
    found: dict[Platform, None] = {}
    unknown: dict[str, None] = {}
    for cells in rows:
        fitting = (_fit(cell, by_name, by_site) for cell in cells)
        platform = next((each for each in fitting if each), None)
        if platform:
            found[platform] = None
        else:
            unknown[cells[0]] = None
    return Vendors(tuple(found), tuple(unknown))


def _rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of each row that says something; a first row of headings is passed over."""
    clean = text.replace("\0", "")
    first = clean.partition("\n")[0]
    separator = next((sign for sign in (";", "\t") if sign in first and "," not in first), ",")
    lines = csv.reader(io.StringIO(clean, newline=None), delimiter=separator)
    try:
        for number, row in enumerate(lines):
            cells = [cell.strip()[:200] for cell in row if cell.strip()]
            if cells and not (number == 0 and cells[0].lower() in _HEADINGS):
                yield cells
    except csv.Error as error:
        raise ListRefused(f"Line {lines.line_num} cannot be read as CSV: {error}.") from error


def _fit(cell: str, by_name: dict[str, Platform], by_site: dict[str, Platform]) -> Platform | None:
    if _LIKE_DOMAIN.match(cell):
        url = cell if "://" in cell else f"https://{cell}"
        if platform := by_site.get(_site(url)):
            return platform
    return by_name.get(_ENDINGS.sub("", cell).strip().lower())


def _names() -> dict[str, Platform]:
    """Return the platforms by name, by slug, and by the name of a vendor that has one only."""
    rows = list(Platform.objects.current())
    vendors = [_ENDINGS.sub("", row.vendor).strip().lower() for row in rows]
    alone = {name: row for name, row in zip(vendors, rows, strict=True) if name and vendors.count(name) == 1}
    return alone | {row.slug: row for row in rows} | {row.name.lower(): row for row in rows}


def _sites() -> dict[str, Platform]:
    """Return the platforms by the site of their home page or of a source; a site that several share names none of them."""
    platforms = {row.pk: row for row in Platform.objects.current()}
    found: dict[str, set[int]] = {}
    for platform in platforms.values():
        if platform.home_page:
            found.setdefault(_site(platform.home_page), set()).add(platform.pk)
    sources = Source.objects.current().values_list("url", "document__platform_id")
    for url, platform_id in sources:
        found.setdefault(_site(url), set()).add(platform_id)
    return {site: platforms[min(ids)] for site, ids in found.items() if len(ids) == 1 and min(ids) in platforms}


def _site(url: str) -> str:
    try:
        urlsplit(url)
        return addresses.site(url)
    except ValueError:
        return ""

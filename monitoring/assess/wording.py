"""Small grammar: lists, plurals, articles, units, names; so that composed sentences read as if written."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NAMES = {
    "aaa": "AAA",
    "jams": "JAMS",
    "nam": "NAM",
    "icdr": "ICDR",
    "lcia": "LCIA",
    "siac": "SIAC",
    "hkiac": "HKIAC",
    "cietac": "CIETAC",
    "icc": "ICC",
    "c2pa": "C2PA",
    "gdpr": "GDPR",
    "hipaa": "HIPAA",
    "fedramp": "FedRAMP",
    "sccs": "standard contractual clauses",
    "scc": "standard contractual clauses",
    "usa": "United States",
    "u.s.": "United States",
    "US": "the United States",
    "CN": "China",
    "SG": "Singapore",
    "IN": "India",
    "IE": "Ireland",
    "FR": "France",
    "GB": "the United Kingdom",
    "CA": "Canada",
    "JP": "Japan",
    "AU": "Australia",
    "BR": "Brazil",
    "HK": "Hong Kong",
    "api": "API",
    "google analytics": "Google Analytics",
    "amazon web services": "Amazon Web Services",
    "openai": "OpenAI",
    "xai": "xAI",
    "aws": "AWS",
    "deepseek": "DeepSeek",
    "e-mail": "e-mail",
    "email": "e-mail",
    "american arbitration association": "the American Arbitration Association",
    "iso/iec": "ISO/IEC",
    "iso": "ISO",
    "soc": "SOC",
    "ii": "II",
    "tls": "TLS",
    "ssl": "SSL",
    "aes-256": "AES-256",
    "ip": "IP",
    "face print": "face prints",
    "voiceprint": "voiceprints",
    "upload": "uploads",
    "phone number": "phone numbers",
    "ip address": "IP addresses",
}
_PROPER = frozenset(
    re.findall(
        r"\S+",
        """united states china singapore india ireland france kingdom canada japan australia brazil hong kong california delaware
        new york texas england wales netherlands germany zealand nevada washington google meta facebook linkedin stripe
        microsoft anthropic mistral cohere fireworks azure american arbitration association national mediation people's
        republic san francisco santa clara county los angeles london paris beijing travis dallas""",
    )
)


_SENTENCE = re.compile(r"(?i)(?:how|what|why|when|where|who|about|our|your|my|the)\b")
_OURS = re.compile(r"^(?:your|our) ")


def listed(items: Sequence[str], *, most: int | None = None) -> str:
    """Return items as "a, b and c"; past `most` the rest is counted ("a, b and 3 others"), but for a single one, which is named.

    Items that hold a comma themselves are kept apart by semicolons: "Arts 3, 8; and Art 5".
    """
    shown = list(items)
    if most is not None and len(shown) > most + 1:
        rest = len(shown) - most
        shown = [*shown[:most], counted(rest, "other")]
    if len(shown) < 2:
        return "".join(shown)
    apart, last = ("; ", "; and ") if any("," in item for item in shown) else (", ", " and ")
    return f"{apart.join(shown[:-1])}{last}{shown[-1]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: "1 entry", "2 entries"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def possessive(name: str) -> str:
    """Return the genitive of a name."""
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def sentence(text: str) -> str:
    """Return a text with a capital first and one full stop last."""
    bare = text.strip().rstrip(".")
    return f"{bare[:1].upper()}{bare[1:]}."


def document_name(platform: str, document: str) -> str:
    """Return "Anthropic’s Terms of Service", and never the platform twice."""
    if document.lower().startswith(platform.lower()):
        return f"the {document}"
    return f"{possessive(platform)} {titled(document)}"


def own_name(platform: str, document: str) -> str:
    """Return the name of a document for use beside that of its platform: "API Terms" of "Anthropic API Terms"."""
    return document.removeprefix(f"{platform} ").strip() or document


def as_object(platform: str, document: str) -> str:
    """Return what a platform is said to have changed: "its Terms of Service"; “How we train our models”, without "its"."""
    name = own_name(platform, document)
    return titled(name) if titled(name) != name else f"its {name}"


def titled(document: str) -> str:
    """Return the name of a document for use within a sentence: in quotation marks where it reads as one ("How we train")."""
    return f"“{document}”" if _SENTENCE.match(document) else document


def value(raw: object, unit: str) -> str:
    """Return a parameter's value as a reader would say it."""
    if isinstance(raw, tuple | list):
        return listed([_name(str(item)) for item in raw], most=5)
    if isinstance(raw, int | float) and unit == "days" and raw and raw % 365 == 0:
        return counted(int(raw) // 365, "year")
    if isinstance(raw, int | float) and unit == "days" and (months := _whole_months(raw)):
        return counted(months, "month")
    if isinstance(raw, int | float) and unit in ("days", "hours", "months"):
        return counted(int(raw), unit.removesuffix("s"))
    return _name(str(raw)) if isinstance(raw, str) else f"{raw:g}" if isinstance(raw, float) else str(raw)


def _whole_months(days: float) -> int:
    """Return the months that a text named where these days are what a year's twelfths make of them (182: six); 0 where not.

    One and two months are 30 and 60 days, which texts name as often by themselves.
    """
    months = round(days * 12 / 365)
    return months if months > 2 and months * 365 // 12 == days else 0


def _name(text: str) -> str:
    if text in _NAMES:
        return _NAMES[text]
    if text[:4] in ("USD ", "EUR ", "GBP ", "CNY "):
        return text
    text = _OURS.sub("the ", text)
    return " ".join(_NAMES.get(word, word.capitalize() if word in _PROPER else word) for word in text.split(" "))

"""Effective and updated dates as a text states them, in the languages that terms are written in.

A date counts only beside a word that says what it is ("Effective", "Stand:", "Dernière mise à jour"); dates whose
day and month cannot be told apart (05/06/2025) are left alone rather than guessed.
"""

from __future__ import annotations

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero janeiro gennaio januari stycznia ocak января січня leden ledna tammikuu",
            "february feb februar février fevrier febrero fevereiro febbraio februari lutego şubat февраля лютого "
            "února",
            "march mar märz mars marzo março marco maart marca mart марта березня března",
            "april apr avril abril aprile kwietnia nisan апреля квітня dubna",
            "may mai mayo maio maggio mei maja mayıs мая травня května maj",
            "june jun juni juin junio junho giugno czerwca haziran июня червня června",
            "july jul juli juillet julio julho luglio lipca temmuz июля липня července",
            "august aug août aout agosto augustus sierpnia ağustos августа серпня srpna augusti",
            "september sep sept septembre septiembre setembro settembre września eylül сентября вересня září",
            "october oct oktober octobre octubre outubro ottobre października ekim октября жовтня října",
            "november nov novembre noviembre novembro listopada kasım ноября листопада listopadu",
            "december dec dezember décembre decembre diciembre dezembro dicembre grudnia aralık декабря грудня "
            "prosince",
        ),
        start=1,
    )
    for name in names.split()
}
_DOTLESS = {name.replace("ı", "i"): number for name, number in _MONTHS.items()}
_NAMES = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_DATE = re.compile(
    rf"(?P<y1>(?:19|20)\d\d)\s?[-/.年년]\s?(?P<m1>\d{{1,2}})\s?[-/.月월]\s?(?P<d1>\d{{1,2}})(?!\d)[日일]?"
    rf"|(?:(?<!\w)|(?-i:(?<=[a-z])(?=[A-Z])))(?P<n2>{_NAMES})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|"
    rf"20)\d\d)"
    rf"|(?<!\d)(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+|of\s+)?(?P<n3>{_NAMES})\.?,?\s+(?:de\s+|"
    rf"del\s+)?(?P<y3>(?:19|20)\d\d)"
    rf"|(?<!\d)(?P<d4>\d{{1,2}})\s?[./]\s?(?P<m4>\d{{1,2}})\s?[./]\s?(?P<y4>(?:19|20)\d\d)",
    re.IGNORECASE,
)
_EFFECTIVE = re.compile(
    r"effective|in force|takes effect|comes? into|valid (as of|from)|gültig (ab|seit)|in kraft|wirksam|vigueur|prend "
    r"effet|"
    r"vigencia|vigente|vigor|validade|decorrenza|efficac|ingangsdatum|van kracht|obowiązuj|wejścia w życie|yürürlük|"
    r"вступ|действу|чинн|набува|účinn|生效|发效|發效|施行|効力|발효|시행",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"updated?|revised|revision|modified|last changed|amended|version (of|date)|as of|published|posted|stand\b|"
    r"aktualisier|"
    r"zuletzt|geändert|mise à jour|mis à jour|modifié|révis|actualiz|modificaci|revisi|atualiz|modificad|aggiorna|"
    r"modifica|bijgewerkt|gewijzigd|aktualiz|ostatni|güncelle|обновл|изменен|редакц|оновлен|更新|修订|修訂|改定|改訂|개정|업데이트",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_AROUND = 24
_REACH = 70
_HEAD, _TAIL = 4000, 1500


def stated_dates(text: str) -> tuple[date | None, date | None]:
    """Return the effective and the updated date that the beginning (or else the end) of `text` states, or None each."""
    effective, updated = _stated(text[:_HEAD])
    if effective is None and updated is None and len(text) > _HEAD:
        effective, updated = _stated(text[-_TAIL:])
    return effective, updated


def dates(text: str) -> tuple[tuple[int, int, date], ...]:
    """Return every unambiguous date in `text` with its span, in order."""
    found: list[tuple[int, int, date]] = []
    past = 0
    for year in _YEAR.finditer(text):
        match = (
            _DATE.search(text, max(past, year.start() - _AROUND), year.end() + _AROUND)
            if year.start() >= past
            else None
        )
        day = _read(match) if match else None
        if match and day:
            found.append((match.start(), match.end(), day))
            past = match.end()
    return tuple(found)


def _stated(text: str) -> tuple[date | None, date | None]:
    effective: date | None = None
    updated: date | None = None
    past = 0
    for start, end, day in dates(text):
        before = text[max(past, start - _REACH) : start].rsplit("\n\n", 2)
        label = " ".join(before[-2:])
        kind = _label(label)
        if kind == "effective":
            effective = effective or day
        elif kind == "updated":
            updated = updated or day
        past = end
    return effective, updated


def _label(before: str) -> str:
    """Return which word stands nearest before a date."""
    effective = max((m.start() for m in _EFFECTIVE.finditer(before)), default=-1)
    updated = max((m.start() for m in _UPDATED.finditer(before)), default=-1)
    if effective < 0 and updated < 0:
        return ""
    return "effective" if effective > updated else "updated"


def _month(name: str) -> int:
    """Return the number of a month, also in Turkish capitals: İ is the capital of i there, and I that of ı."""
    plain = name.casefold().replace("\u0307", "")
    return _MONTHS.get(plain) or _DOTLESS[plain.replace("ı", "i")]


def _read(match: re.Match[str]) -> date | None:
    group = match.groupdict()
    if group["y1"]:
        parts = int(group["y1"]), int(group["m1"]), int(group["d1"])
    elif group["n2"]:
        parts = int(group["y2"]), _month(group["n2"]), int(group["d2"])
    elif group["n3"]:
        parts = int(group["y3"]), _month(group["n3"]), int(group["d3"])
    else:
        parts = int(group["y4"]), int(group["m4"]), int(group["d4"])
        if "/" in match[0] and parts[1] <= 12 and parts[2] <= 12 and parts[1] != parts[2]:
            return None
        if parts[1] > 12:
            parts = parts[0], parts[2], parts[1]
    try:
        return date(*parts)
    except ValueError:
        return None

"""What a text betrays by itself: that it is an error page, a wall, a home page, or too little to be anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitoring.extract import Extract, Sign

from .normal import word_count
from .verdict import Finding, Reason

_SHORT_WORDS = 220
_LONG_WORDS = 900
_LEAST_WORDS = 25
_READ_CHARS = 20 * _LONG_WORDS  # the beginning of a text tells that it is long
_HEADING = re.compile(r"^(?:#{1,6} |\*\*)[^\n]{3,200}|\A[^\n]{3,120}", re.MULTILINE)
_ERROR = re.compile(
    r"\b(?:page|content|site|article|document|link|url|resource)\b.{0,40}\b(?:not found|isn.?t available|is not "
    r"available|unavailable|doesn.?t exist|does not exist|"
    r"no longer (?:available|exists?)|(?:has been|was) (?:moved|removed|deleted)|could ?n.t be found|cannot be found|"
    r"can.?t be found)|"
    r"\b(?:404|403|500|502|503|410|429)\b.{0,30}\b(?:error|not found|forbidden|page|unavailable|gone|bad gateway|too "
    r"many requests)|\berror (?:code:? ?)?(?:404|403|500|502|503)\b|"
    r"\bnot found\b|something went wrong|an error (?:has )?occurred|internal server error|bad gateway|service "
    r"(?:temporarily )?unavailable|gateway time-?out|access denied|"
    r"(?:you.?re|you are|app|service|site|page|content|product|this).{0,60}(?:not|n.t|unavailable) (?:yet "
    r")?(?:available|supported|accessible)?.{0,20}\b(?:in|from) (?:your|this) (?:country|region|location|area)|"
    r"not available in your|unavailable in your|unsupported (?:country|region|browser)|we can.?t find (?:the|that) "
    r"page|page you.{0,30}looking for|"
    r"sorry.{0,60}(?:page|content|went wrong|unable|not available)|try (?:again later|reloading|refreshing)|under "
    r"maintenance|scheduled maintenance|be right back|"
    r"temporarily down|please enable javascript|javascript is (?:disabled|required)|you need to enable javascript|too "
    r"many requests|rate limit(?:ed)? exceeded|request blocked|"
    r"loading\.\.\.|nous sommes désolés|page introuvable|n.existe pas|une erreur|seite (?:wurde )?nicht gefunden|"
    r"nicht verfügbar|ein fehler ist|página no (?:encontrada|existe)|"
    r"no se (?:encuentra|ha encontrado)|no está disponible|página não encontrada|não (?:está )?disponível|pagina non "
    r"trovata|non disponibile|pagina niet gevonden|"
    r"страница не найдена|недоступн|ページが見つかりません|見つかりません|利用できません|"
    r"页面不存在|找不到|无法访问|페이지를 찾을 수 없",
    re.IGNORECASE | re.DOTALL,
)
_WALL = re.compile(
    r"verify(?:ing)? (?:that )?you are (?:a )?human|checking your browser|cookies to continue|are you a robot|unusual "
    r"traffic|not a robot|security check|ray id|"
    r"enable cookies|captcha|just a moment|attention required|ddos protection",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\b(?:sign|log) ?in\b.{0,80}\b(?:to continue|with google|email|password)|\bforgot (?:your )?password",
    re.IGNORECASE | re.DOTALL,
)
_CONSENT = re.compile(
    r"\b(?:we|our partners).{0,80}\bcookies\b.{0,400}\b(?:accept all|reject all|manage (?:preferences|cookies|"
    r"options)|agree)\b|before you continue to",
    re.IGNORECASE | re.DOTALL,
)
_RULES = re.compile(
    r"\b(?:terms|agreement|privacy|policy|policies|personal (?:data|information)|license|licence|liabilit|warrant|"
    r"prohibited|subprocessors?|sub-processors?|processing|guidelines|"
    r"nutzungsbedingungen|datenschutz|you (?:agree|may not|must|shall)|we (?:may|collect|reserve)|third part(?:y|ies)|"
    r"conditions|confidentialité|condiciones|privacidad|condições|privacidade|termini|voorwaarden|условия|"
    r"конфиденциальност|規約|プライバシー|条款|隐私|약관)",
    re.IGNORECASE,
)


def findings(candidate: Extract) -> tuple[Finding, ...]:
    """Return why a text cannot be the document, whatever its past; empty when nothing speaks against it."""
    text = candidate.text
    if Sign.BOT_WALL in candidate.signs and word_count(text) < _SHORT_WORDS and not reads_like_rules(text):
        return (Finding(Reason.BOT_WALL, "the page asks to prove a human"),)
    return of_text(text)


def of_text(text: str) -> tuple[Finding, ...]:
    """Return what the text alone says against itself."""
    words = word_count(text[:_READ_CHARS])
    if words >= _SHORT_WORDS:
        return tuple(_headline(text)) if words < _LONG_WORDS else ()
    for pattern, reason in (
        (_WALL, Reason.BOT_WALL),
        (_ERROR, Reason.ERROR_PAGE),
        (_CONSENT, Reason.CONSENT_WALL),
        (_LOGIN, Reason.OTHER_DOCUMENT),
    ):
        match = pattern.search(text)
        if match and not (reads_like_rules(text) and words > 120):
            return (Finding(reason, " ".join(match[0].split())[:120], (match.span(),)),)
    if words < _LEAST_WORDS:
        return (Finding(Reason.TOO_SHORT, f"{words} words"),)
    return ()


def _headline(text: str) -> Iterator[Finding]:
    """Yield the error that a longer page announces in its first headings: menus and a cookie box may stand around "
    "it."""
    for match in list(_HEADING.finditer(text))[:3]:
        error = _ERROR.search(match[0])
        if error and len(match[0]) < 120:
            yield Finding(Reason.ERROR_PAGE, " ".join(error[0].split())[:120], (match.span(),))


def reads_like_rules(text: str) -> bool:
    """Return whether a text's sentences (not its menus) speak of terms, duties and personal data often enough."""
    prose = " ".join(
        line for line in text.split("\n") if line.count(" ") >= 7 or (len(line) > 20 and not line.isascii())
    )
    found = len(_RULES.findall(prose))
    return found >= 3 and found * 250 >= prose.count(" ")

"""Patterns that tell what a piece of text is: a period, an amount, a contact, a piece of the page around the rules."""

from __future__ import annotations

import re


def _any(*alternatives: str) -> str:
    return "(?:" + "|".join(alternatives) + ")"


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_UNIT = _any(
    r"(?:calendar |business |working )?(?:second|minute|hour|day|week|month|year|quarter)s?",
    r"tage?n?|wochen?|monate?n?|jahre?n?",
    r"jours?|semaines?|mois|ans?|années?",
    r"d[ií]as?|semanas?|mes(?:es)?|años?|anos?",
    r"giorni|settimane|mesi|anni|dagen|weken|maanden|jaar",
    r"дн(?:ей|я)|месяц(?:ев|а)?|лет",
)
_COUNT = _any(
    r"\d[\d.,]*",
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|eighteen",
    "twenty(?:-one|-four)?|thirty|forty-five|forty|fifty|sixty|ninety|hundred|thousand|million",
    "dreißig|neunzig|sechzig|trente|soixante|treinta|sesenta|noventa|trinta|sessenta",
)
_COUNT_BEGINS = r"(?=[\dotfsenhmd])"  # looked at first: the alternatives are dear at every word
PERIOD = _pattern(
    rf"\b{_COUNT_BEGINS}{_COUNT}(?:\s*\(\d+\))?[ \u00a0-]*{_UNIT}\b", r"\d+ ?(?:日|天|个月|か月|年|일|개월)"
)
COUNTING = _pattern(_UNIT, _COUNT, "once|twice|double|half|daily|weekly|monthly|annually|yearly|quarterly")
_CURRENCY = r"[$€£¥]|\b(?:USD|EUR|GBP|US\$|CHF|CAD|AUD)\b"
AMOUNT = _pattern(
    rf"(?:{_CURRENCY})\s?\d(?:[\d.,]*\d)?(?:\s?(?:million|billion|[mkb]n?)\b)?",
    r"\b\d(?:[\d.,]*\d)?\s?(?:[€£¥]|\b(?:USD|EUR|GBP|dollars?|euros?|pounds?)\b)",
)
SHARE = _pattern(r"\b\d[\d.,]*\s?(?:%|percent\b|per cent\b|prozent\b|pour cent\b|por ciento\b)")
AGE = _pattern(
    r"\b(?:age[sd]?(?: of)?|at least|under|over|older than|younger than)\s+(?:1\d|2[01]|thirteen|sixteen|eighteen)\b",
    r"\b(?:1\d|2[01])\+? (?:years (?:old|of age)|or older)",
)
REFERENCE = _pattern(
    r"(?=[scape§nz])(?:sections?|clauses?|articles?|paragraphs?|exhibits?|annex(?:es)?|appendix|schedules?|chapters?|parts?|steps?|"
    r"§+|no\.|art\.|abschnitt|ziffer|artikel)\s*"
    r"\(?[\d.]+\)?(?:\s*(?:\([a-z0-9]+\)|,|and|or|to|-|–)\s*[\d.]*)*",
    r"^\W*\(?\d{1,3}(?:\.\d{1,3})*[.)]",
)
_COMPANY_FORM = _any(
    r"AB|AG|GmbH|Inc|LLC|L\.L\.C|Ltd|Limited|B\.?V|SAS|SARL|S\.A|Oy|ApS|A/S|PBC|PLC|plc|Pty|Corp|Corporation|S\.r\.l|KG|UG|SE|K\.K|Co"
)
COMPANY_FORM = re.compile(rf" {_COMPANY_FORM}\b")
COMPANY = re.compile(rf"(?:[^\W\d_a-zß-öø-ÿ][\w&'-]*,? ){{1,4}}{_COMPANY_FORM}\b")
EMAIL = _pattern(r"[\w.+-]+@[\w-]+\.[\w.-]+", r"\[email[ \u00a0]protected\]", r"\bmailto:")
CONTACT = _pattern(
    EMAIL.pattern,
    r"\b(?:street|suite|floor|avenue|road|p\.?o\.? box|zip|straße|rue|calle)\b",
    r"\+\d[\d ()-]{6,}",
    r"\b\d{5}(?:-\d{4})?\b",
    r"\b(?:e-?mail|telephone|phone|fax|tel)\b",
)
REACH = _pattern(
    r"\b(?:contact|reach|write to|e-?mail|call) us\b|\bcontact (?:details|information)\b|\b(?:any |have )questions\b|"
    r"\bmailing address\b|\bregistered (?:office|address)\b",
    r"kontaktieren sie|contactez|nous contacter|contáctenos|póngase en contacto|entre em contato|contattaci|contatt|"
    r"neem contact",
)
RENDERING = _pattern(
    r"\(?opens?\s*in\s*(?:a\s*)?new\s*(?:window|tab)\)?",
    r"\(?(?:wird )?in (?:einem )?neuen (?:fenster|tab)(?: geöffnet)?\)?",
    r"\(?s.ouvre dans (?:une nouvelle fenêtre|un nouvel onglet)\)?",
    r"\(?(?:se )?abre en (?:una )?(?:nueva )?(?:ventana|pestaña)(?: nueva)?\)?",
    r"\bexternal link\b|\bcopy link\b|\bpermalink\b|\banchor link\b|\blink to this (?:section|heading)\b|\bexternal "
    r"site\b",
)
CHROME = _pattern(
    r"skip to (?:main |the )?content|back to top|cookie (?:settings|preferences|banner|policy)|manage cookies|accept "
    r"all|reject all",
    r"\bsign ?(?:in|up)\b|\blog ?(?:in|out)\b|\bsubscribe|newsletter|get started|contact sales|book a demo|start "
    r"(?:for )?free",
    r"(?:select|choose|other) language|\blanguages?\b|table of contents|on this page|in this article|jump to",
    r"was this (?:article |page )?(?:helpful|useful)|related (?:articles|content|posts)|share (?:this|on)|\bprint\b|"
    r"download (?:pdf|the app)",
    r"all rights reserved|©|\bcopyright\b|follow us|\bsearch\b|\bmenu\b|\btoggle\b|privacy choices|site ?map|careers|"
    r"\bblog\b|\bpricing\b",
    r"\b(?:learn|read|see|show) more\b|\btry \w+$|previous (?:version|article)|next article|written by|min(?:ute)?s? "
    r"read",
    r"updated (?:yesterday|today|this week|last week|over|about|more than|a|an|\d+) ?\w* ?(?:ago)?|last edited|"
    r"\bviews?\b",
    r"^\W*copy (?:for|as|page|link|url|to clipboard)\b|\b\d+ ?[-–] ?\d+ (?:of|/) \d+\b|\bper page\b|\bshow ?\d+$|"
    r"^\W*(?:previous|prev) ?next\W*$",
    r"table des matières|inhaltsverzeichnis|tabla de contenido|índice|indice dei contenuti|目次|目录",
)
BANNER = _pattern(
    r"\bcookies?\b.{0,300}\b(?:accept|reject|click|manage|preferences|settings|got it|agree|decline|allow all)\b",
    r"\b(?:accept|reject|allow) (?:all )?cookies\b",
    r"\b(?:subscribe|sign up) (?:to|for) (?:our|the) (?:newsletter|updates|mailing list)",
    r"\b(?:download|get|try) (?:our|the) app\b|did this answer your question|was this (?:article|page|information) "
    r"(?:helpful|useful)",
    r"\bwe (?:also )?recommend (?:you )?(?:these|reading)\b|\bstill need help\b|\bask (?:a|the) (?:question|"
    r"community)\b",
    r"\byour (?:browser|device) (?:is|does) not support|javascript",
)
POINTER = _pattern(
    r"\bfor (?:more|further|additional) (?:information|details)\b|\b(?:learn|read|find out|see) more\b|\bmore "
    r"information\b",
    r"\bplease (?:see|read|review|refer|visit|consult|note that this page)\b|\bclick here\b|\byou can (?:find|view|"
    r"read|see|download|access) (?:the|our|a)\b",
    r"\bsee (?:our|the|below|also)\b|\bwatch (?:the|this|our) video\b|\bweitere informationen\b|\bpour en savoir "
    r"plus\b|\bmás información\b",
    r"\bsaiba mais\b|\bulteriori informazioni\b|\bmeer informatie\b",
)
DATE_NOTICE = _pattern(
    r"\b(?:this|these|the|our) (?:\w+ ){0,5}(?:polic(?:y|ies)|terms|agreement|notice|statement|version|update[sd]?|"
    r"changes)\b[^.]{0,60}\b(?:effective|in (?:force|effect)|updated|revised)\b",
    r"^\W*(?:last )?(?:effective|updated?|revised|modified|published|posted)\b",
    r"^\W*(?:note|notice)\b[^.]{0,40}\b(?:effective|in (?:force|effect))\b",
)
ANNOUNCEMENT = _pattern(
    r"\b(?:we.?re|we are|we have|we.?ve|will be) (?:recently )?(?:updat|chang|revis|amend)(?:ing|ed) (?:our|the|these|"
    r"this) .{0,120}",
    r"\b(?:see|read|view|review) (?:a |the )?(?:preview of |summary of |our )?(?:the )?(?:new|updated|upcoming|key "
    r"changes|changes)\b",
    r"\b(?:terms|policy|notice|agreement|updates?|changes)\b.{0,60}\b(?:go|goes|come|comes|take|takes|will take|will "
    r"go) (?:in)?to? ?effect",
)
CONSENT = _pattern(
    r"maximum storage duration|\bhttp cookie\b|html local storage|pixel tracker|\balways active\b|consent selection|"
    r"strictly necessary(?: cookies)?$",
    r"confirm my choices|\bvendors? list\b|\biab\b|show details|consent ?id|learn more about this provider|cookie "
    r"declaration|powered by (?:cookiebot|onetrust|usercentrics)",
    r"(?:functional|performance|targeting|statistics?|preferences?|marketing|unclassified|necessary|analytics) "
    r"(?:cookies )?\(?\d+\)?$|accept (?:all|selection)|allow (?:all|selection)",
    r"privacy preference cent(?:er|re)|cookie preference cent(?:er|re)|manage consent|save (?:and|&) (?:close|exit)|"
    r"customi[sz]e settings",
)
CONSENT_HINTS = (
    "storage duration", "always active", "http cookie", "local storage", "pixel tracker", "confirm my choices", "show "
    "details",
    "vendor", "preference center", "preference centre", "allow selection", "accept selection", "accept all", "allow "
    "all", "reject all",
)  # fmt: skip
"""Lower-case words of which several stand wherever CONSENT is found several times; cheap to look for."""
RENDERING_HINTS = ("window", "tab", "fenster", "fenêtre", "onglet", "ventana", "pestaña", "link", "external site")
"""Lower-case pieces of which one stands wherever RENDERING is found."""
CHROME_HINTS = (
    "skip to", "back to top", "cookie", "accept all", "reject all", "sign", "log", "subscribe", "newsletter",
    "get started", "contact sales", "demo", "start ", "language", "contents", "this page", "this article", "jump to",
    "helpful", "useful", "related", "share ", "print", "download", "rights reserved", "©", "copyright", "follow us",
    "search", "menu", "toggle", "privacy choices", "site", "careers", "pricing", " more", "try ", "article",
    "written by", "min", "updated ", "edited", "view", "matières", "inhaltsverzeichnis", "contenido", "índice",
    "indice", "目", "previous", "prev", "copy ", " of ", "/", "per page", "show",
)  # fmt: skip
"""Lower-case pieces of which one stands wherever CHROME is found."""
QUANTITIES = (
    (PERIOD, ()),
    (AMOUNT, ("$", "€", "£", "¥", "USD", "EUR", "GBP", "CHF", "CAD", "AUD", "ollar", "euro", "pound")),
    (SHARE, ("%", "ercent", "er cent", "rozent", "our cent", "or ciento")),
    (AGE, ("age", "Age", "old", "under", "over", "least")),
)
"""Each kind of quantity with pieces of which one stands wherever it is found (none: anywhere)."""
ANNOUNCEMENT_HINTS = ("updat", "chang", "revis", "amend", "effect", "eview")
REACH_HINTS = ("ontact", "each", "rite", "mail", "all us", "uestion", "ffice", "address", "ontatt", "ontato")

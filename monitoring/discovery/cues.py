"""The words by which rules are known, and those that lead elsewhere, in the languages that platforms publish in.

Each entry is a regular expression over whole words, but for the scripts that write without spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

RULES = {
    "en": r"""terms  polic(?:y|ies)  privacy  agreements?  addend(?:um|a)  notices?  guidelines  conditions  cookies?
        licen[cs]es?  sub-?processors?  dpa  sla  eula  baa  dmca  tos  aup  code\ of\ conduct  acceptable\ use
        community\ standards  transparency  (?:model|system)\ cards?  disclosures?  usage\ rules  imprint  copyright
        trademarks?  (?:safety|preparedness|governance)\ framework  responsible\ scaling""",
    "de": r"""datenschutz\w*  nutzungsbedingungen  agb  impressum  richtlinien?  (?:vertrags|geschäfts)?bedingungen
        auftragsverarbeitung\w*  vereinbarung""",
    "fr": r"conditions\ (?:d['’]utilisation|générales)\w*  confidentialité  mentions\ légales  politique  charte",
    "es": r"términos  privacidad  condiciones  políticas?  aviso\ legal  acuerdo  normas",
    "it": r"termini  informativa  condizioni",
    "pt": r"termos  privacidade  diretrizes  política",
    "nl": r"privacy(?:verklaring|beleid)  voorwaarden  beleid  verwerkersovereenkomst",
    "sv no da fi": r"""villkor  integritetspolicy  vilkår  personvern\w*  privatlivspolitik  käyttöehdot
        tietosuoja\w*""",
    "pl cs hu ro": r"""regulamin  polityka  warunki  podmínky  zásady  feltételek  szabályzat  termeni
        confidențialitate""",
    "tr id vi": r"gizlilik  koşulları  sözleşme\w*  kebijakan  ketentuan  điều\ khoản  chính\ sách",
    "ru uk": r"политика  конфиденциальност\w*  соглашение  условия  правила  умови  політика",
}
RULES_UNSPACED = {
    "ja": "利用規約  プライバシー  規約  方針  ガイドライン  特定商取引",
    "zh": "隐私  隱私  条款  條款  协议  協議  政策  声明  聲明",
    "ko": "이용약관  개인정보  약관  정책",
    "ar hi th": "سياسة  الخصوصية  الشروط  شروط  गोपनीयता  शर्तें  นโยบาย  ข้อกำหนด",
}
PLACES = r"""terms  tos  privacy  polic(?:y|ies)  legal  dpa  aup  cookies?  licen[cs]e  agreement  addendum  guidelines
    sub-?processors?  acceptable\ use  usage\ polic\w+  eula  sla  conditions  notice  datenschutz  nutzungsbedingungen
    agb  impressum  confidentialite  mentions\ legales  cgu  cgv  terminos  privacidad  aviso\ legal  termini  informativa
    voorwaarden  villkor  vilkar  regulamin  gizlilik"""
ACTS = {
    "en": r"""settings  preferences  manage  choices  opt[- ]out  do\ not\ (?:sell|share)  contact  request  report
        subscribe  download\ (?:the\ )?app  sign\ (?:in|up)  log\ ?in  cent(?:er|re)  hub  portal  dashboard  overview
        faqs?  help  learn\ how  newsletter  archived?  previous  past  changelog  version\ history  what['’]s\ new""",
    "de fr es it": "einstellungen  préférences  gérer  preferencias  impostazioni",
}
NEWS_PLACES = r"""blogs?  news(?:room)?  press  careers?  jobs  events?  podcasts?  customers?  case-stud\w+  stories
    research  login  signin  signup  pricing  products?  download  tags?  category  author  search  archive"""
GENERIC = (
    r"(?:read|learn|see|view|show)? ?(?:more|here|details|document|full (?:text|version)|page|pdf|link|open)?[ .…→>»]*"
)


def _any(words: Iterable[str]) -> str:
    return "|".join(word.replace("\0", r"\ ") for line in words for word in line.replace(r"\ ", "\0").split())


NAMES_RULES = re.compile(rf"\b(?:{_any(RULES.values())})\b|{_any(RULES_UNSPACED.values())}", re.IGNORECASE)
STANDS_AMONG_RULES = re.compile(rf"\b(?:{_any([PLACES])})\b", re.IGNORECASE)
IS_AN_ACT = re.compile(rf"\b(?:{_any(ACTS.values())})\b", re.IGNORECASE)
STANDS_AMONG_NEWS = re.compile(rf"(?:{_any([NEWS_PLACES])})", re.IGNORECASE)
IS_GENERIC = re.compile(GENERIC, re.IGNORECASE)
IS_A_FILE = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|css|js|json|xml|rss|zip|gz|mp[34]|webm|ics|docx?|xlsx?|pptx?)$", re.IGNORECASE
)

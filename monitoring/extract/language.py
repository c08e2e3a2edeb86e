"""The language of a text: by script, then by its commonest small words; what the page claims only breaks ties."""

from __future__ import annotations

import re
from collections import Counter

_SMALL_WORDS = {
    "en": "the of and to you your or we in our for any that with by this are may be as is not",
    "de": "der die und das sie zu den von mit für ist im wir auf oder nicht ihre ihrer werden eine dem",
    "fr": "de la et les vous des le nous à vos pour en votre que ou du une est sur dans par au",
    "es": "de la los que el en y usted para su nuestros las se con por una sus del o nos",
    "pt": "de que e você para os o seus da do em ou com nossos uma não sua dos por seu",
    "it": "di e il che la per utente i nostri o del un con della dei le si in non nostro",
    "nl": "de van en het u een uw voor in we op of te met dat onze wij zijn die niet",
    "pl": "i w z na do się nie oraz jest lub że użytkownika są dla od przez ich może które",
    "sv": "och att du vi i för som av till en det är med våra på eller din kan om vår",
    "da": "og at du vi i for som af til en det er med vores på eller din kan om vi den",
    "tr": "ve bir bu için veya ile olarak bize size sizin olan kullanıcı hizmetler kişisel verileri da de",
    "cs": "a v na se k že jsou které pro nebo s o z do je naše vaše jako být může",
    "ro": "de și în a la care pentru cu sau pe dumneavoastră să nu din este vă noi o mai că",
    "id": "dan yang anda kami untuk di dengan atau dari ini dapat tidak pada kepada akan dalam layanan data informasi",
    "vi": "và của bạn chúng tôi các cho với hoặc không để dữ liệu thông tin này có thể được trong là",
    "fi": "ja on tai ei että voi sekä joka me sinun ovat kun jos tietoja mukaan palvelun käyttää",
    "hu": "a az és hogy vagy nem egy is ön meg adatok amely ezt szolgáltatás által ha mint",
}
_SETS = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]"), 0.03),
    ("ko", re.compile("[\uac00-\ud7af]"), 0.2),
    ("zh", re.compile("[\u4e00-\u9fff]"), 0.2),
    ("ru", re.compile("[\u0400-\u04ff]"), 0.4),
    ("ar", re.compile("[\u0600-\u06ff]"), 0.4),
    ("he", re.compile("[\u0590-\u05ff]"), 0.4),
    ("hi", re.compile("[\u0900-\u097f]"), 0.4),
    ("th", re.compile("[\u0e00-\u0e7f]"), 0.4),
    ("el", re.compile("[\u0370-\u03ff]"), 0.4),
)
_OTHER_THAN_LATIN = re.compile("[" + "".join(script.pattern.strip("[]") for _, script, _ in _SCRIPTS) + "]")
_PLAIN = 0.25
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_MARKUP = re.compile(r"\]\([^)]*\)|https?://\S+")


def guess(text: str, claimed: str = "") -> str:
    """Return the language code of `text` ("" when unknown); `claimed` is what the page says of itself ("en-US")."""
    claim = claimed.strip().lower().replace("_", "-").split("-")[0]
    claim = claim if re.fullmatch(r"[a-z]{2,3}", claim) else ""
    sample = _MARKUP.sub(" ", text[:4000])
    words = _WORD.findall(sample.lower())
    if len(words) < 20 and sample.isascii():
        return claim
    return _by_script(sample, claim) or _by_words(words, claim)


def _by_script(sample: str, claim: str) -> str:
    if not _OTHER_THAN_LATIN.search(sample):
        return ""
    letters = sum(map(str.isalpha, sample)) or 1
    for language, script, share in _SCRIPTS:
        if len(script.findall(sample)) >= letters * share:
            if language == "ru":
                return "uk" if len(_UKRAINIAN.findall(sample)) > letters * 0.02 else "ru"
            return claim if claim in ("fa", "ur") and language == "ar" else language
    return ""


def _by_words(words: list[str], claim: str) -> str:
    if not words:
        return claim
    counts = Counter(words)
    if claim in _SETS and _share(counts, claim, len(words)) > _PLAIN:
        return claim
    shares = {language: _share(counts, language, len(words)) for language in _SETS}
    best = max(shares, key=lambda language: shares[language])
    if claim in shares and shares[claim] >= shares[best] * 0.8:
        return claim
    return best if shares[best] > 0.12 else claim


def _share(counts: Counter[str], language: str, total: int) -> float:
    return sum(counts[word] for word in _SETS[language]) / total

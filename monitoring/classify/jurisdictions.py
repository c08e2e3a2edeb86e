"""Where law and courts are: names of states, countries and cities as texts write them; and the macros patterns use for them.

Countries whose law or courts contracts of online services name, the states of the USA, and seats of courts; more may be added.
"""

from __future__ import annotations

import re

_STATES = """alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois
indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska
nevada new_hampshire new_jersey new_mexico new_york north_carolina north_dakota ohio oklahoma oregon pennsylvania rhode_island
south_carolina south_dakota tennessee texas utah vermont virginia washington west_virginia wisconsin wyoming ontario quebec
british_columbia alberta new_south_wales victoria"""
_COUNTRIES = """england_and_wales england scotland ireland france germany italy spain portugal netherlands belgium luxembourg
switzerland austria sweden norway denmark finland iceland poland estonia latvia lithuania czech_republic hungary romania
bulgaria greece cyprus malta israel india singapore japan australia new_zealand canada brazil mexico argentina chile colombia
south_africa nigeria kenya hong_kong taiwan south_korea republic_of_korea people's_republic_of_china china united_kingdom
united_arab_emirates turkey ukraine russian_federation"""
_CITIES = """san_francisco los_angeles santa_clara palo_alto seattle austin boston chicago london paris dublin berlin munich
hamburg amsterdam stockholm copenhagen helsinki oslo zurich geneva vienna madrid barcelona milan rome lisbon brussels warsaw
prague tel_aviv tokyo seoul beijing shanghai hangzhou shenzhen bengaluru mumbai delhi toronto vancouver montreal sydney"""
_ADJECTIVES = {
    "irish": "ireland",
    "english": "england",
    "french": "france",
    "german": "germany",
    "italian": "italy",
    "spanish": "spain",
    "portuguese": "portugal",
    "dutch": "netherlands",
    "belgian": "belgium",
    "swiss": "switzerland",
    "austrian": "austria",
    "swedish": "sweden",
    "norwegian": "norway",
    "danish": "denmark",
    "finnish": "finland",
    "polish": "poland",
    "estonian": "estonia",
    "israeli": "israel",
    "indian": "india",
    "japanese": "japan",
    "korean": "south korea",
    "chinese": "china",
    "australian": "australia",
    "canadian": "canada",
    "brazilian": "brazil",
}
_SMALL = frozenset(("and", "of", "or", "the"))


def _either(*lists: str) -> str:
    names = sorted((name for names in lists for name in names.split()), key=len, reverse=True)
    return "|".join(name.replace("_", " ").replace("'", ".") for name in names)


PLACE = rf"(?:{_either(_STATES, _COUNTRIES)})"
NATION = rf"(?:{'|'.join(_ADJECTIVES)})"
_COUNTY = r"[a-z.'-]+(?: [a-z.'-]+)? county(?:,? or [a-z.'-]+(?: [a-z.'-]+)? county)?"
_TOWN = r"[a-z.'-]+(?: [a-z.'-]+){0,2}"
COURT = rf"(?:(?:{_COUNTY},?|{_TOWN},) (?:the )?(?:state of )?)?(?:{_either(_STATES, _COUNTRIES, _CITIES)})"


def named(text: str) -> str:
    """Return a place as a reader writes it: "irish" becomes "Ireland", "tarrant county, texas" "Tarrant County, Texas"."""
    words = _ADJECTIVES.get(text, text).replace("’", "'").split()
    return " ".join(
        word if word in _SMALL else re.sub(r"^\W*\w", lambda first: first[0].upper(), word) for word in words
    )

"""What patterns of the signs need not write out themselves: numbers with a unit, places, what is refused."""

from . import jurisdictions, numbers

_NO_NOTICE = (
    r"\b(?:will not|shall not|need not|do(?:es)? not have to|(?:not (?:obliged|required|obligated)|no (?:duty|obligation)) to)"
    r" (?:\w+ )?(?:notify|inform|tell|give (?:\w+ )?notice|provide (?:\w+ )?notice)\b(?!.{0,60}\b(?:unless|until|without))"
)
_GIVES_NOTICE = r"\b(?:we|company) (?:will|shall) (?!not\b)(?:\w+ )?(?:notify|inform|tell|give|provide)\b"
_NOT_WITHOUT_NOTICE = r"\b(?:not|never)\b[^.!?;]{0,60}\bwithout (?:telling|notifying|informing|warning|giving you)\b"
_NO_WAY = r"\b(?:cannot|may not|no (?:way|option|setting|possibility) to|not (?:possible|able|allowed) to|unable to)\b"
_WRITTEN_OUT = {
    "{number}": numbers.NUMBER,
    "{short}": numbers.SHORT,
    "{long}": numbers.LONG,
    "{place}": jurisdictions.PLACE,
    "{nation}": jurisdictions.NATION,
    "{court}": jurisdictions.COURT,
    "{no_notice}": _NO_NOTICE,
    "{gives_notice}": _GIVES_NOTICE,
    "{not_without_notice}": _NOT_WITHOUT_NOTICE,
    "{no_way}": _NO_WAY,
}


def expanded(pattern: str) -> str:
    """Return a pattern with its macros written out.

    {number}: a number with a unit of time; {short}: under a year; {long}: a year and more. {place}: a state or country;
    {nation}: "irish"; {court}: where a court sits, as "tarrant county, texas". {no_notice}: "need not notify"; {gives_notice}:
    "we will notify"; {not_without_notice}: "not change … without telling"; {no_way}: "cannot", "no way to".
    """
    for macro, written in _WRITTEN_OUT.items():
        pattern = pattern.replace(macro, written)
    return pattern

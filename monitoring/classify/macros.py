"""What patterns of the signs need not write out themselves: numbers with a unit, places."""

from . import jurisdictions, numbers

_WRITTEN_OUT = {
    "{number}": numbers.NUMBER,
    "{short}": numbers.SHORT,
    "{long}": numbers.LONG,
    "{place}": jurisdictions.PLACE,
    "{nation}": jurisdictions.NATION,
    "{court}": jurisdictions.COURT,
}


def expanded(pattern: str) -> str:
    """Return a pattern with its macros written out.

    {number}: a number with a unit of time; {short}: under a year; {long}: a year and more. {place}: a state or country;
    {nation}: "irish"; {court}: where a court sits, as "tarrant county, texas".
    """
    for macro, written in _WRITTEN_OUT.items():
        pattern = pattern.replace(macro, written)
    return pattern

"""What no text of ours may claim (docs/methodology-provisions.md, "What is never claimed"); tests and rephrasers use it."""

from __future__ import annotations

import re

FORBIDDEN = {
    "lawfulness": r"\b(?:is|are|was|be|seems?|appears?) (?:clearly |likely |probably )?(?:(?:un)?lawful|(?:il)?legal)\b",
    "validity": r"\b(?:is|are|be) (?:likely |probably )?(?:in)?valid\b|\b(?:is|are) (?:null and )?void\b",
    "enforceability": r"\b(?:is|are|be) (?:likely |probably )?(?:un)?enforceable\b",
    "application": r"\b(?:applies|apply) to (?:this|the) (?:platform|company|provider)\b",
    "breach": (
        r"\b(?:violates?|violated|(?:has|have) breached|breaches the|infringes|failed to comply|does not comply"
        r"|non-compliant)\b"
    ),
    "intent": r"\b(?:intends?|aims|tries|seeks|wants) to\b|\bin order to (?:hide|mislead|avoid)\b|\bdeliberately\b",
    "practice": r"\b(?:trains|sells|stores|shares|reads) (?:on )?(?:your|users?|customers?)[’']?s? (?:data|content|prompts)\b",
    "absence": r"\bdoes not (?:have|offer|provide) any\b",
    "consent": r"\b(?:users?|you) (?:have |has )?(?:consented|waived|agreed)\b",
    "prediction": r"\bwill be (?:fined|sued|penali[sz]ed)\b|\bexpects? a fine\b",
}
_COMPILED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in FORBIDDEN.items()}


def forbidden(text: str) -> tuple[str, ...]:
    """Return the names of forbidden claims found in a text; empty when there are none."""
    return tuple(name for name, pattern in _COMPILED.items() if pattern.search(text))

"""From a new text and a document's past to a verdict: unchanged, news, or held with a reason."""

from .memory import Look, Memory, Seen, remember
from .normal import digest, line_digest, normal_form
from .screening import compare, screen
from .sketches import resemblance, sketch
from .verdict import Difference, Finding, Outcome, Reason, Span, Verdict

__all__ = [
    "Difference",
    "Finding",
    "Look",
    "Memory",
    "Outcome",
    "Reason",
    "Seen",
    "Span",
    "Verdict",
    "compare",
    "digest",
    "line_digest",
    "normal_form",
    "remember",
    "resemblance",
    "screen",
    "sketch",
]

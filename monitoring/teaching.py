"""Teaching a document what is noise: an operator marks an edit, sees what that would have hidden, and makes it a rule.

Glossary: a Rule is of one document, is followed once reviewed by a second pair of eyes, and can be revoked. Rules say
how the next captures are read; what was told stays told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import User
from monitoring import diff
from monitoring.models import Change, Document, Rule

CHANGES_REJUDGED = 60
QUOTE_CHARS = 4000
_COUNTS = (diff.Significance.SUBSTANTIVE, diff.Significance.MINOR, diff.Significance.HOUSEKEEPING)


class Fault(StrEnum):
    """Why something could not be taught."""

    NO_SUCH_EDIT = "no such edit"
    TEACHES_NOTHING = "teaches nothing"
    ALREADY_TAUGHT = "already taught"
    NEEDS_ANOTHER = "needs another operator"
    SETTLED = "settled"


class TeachingError(Exception):
    """A rule that cannot be made, reviewed or revoked; the message says what to do instead."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Lesson:
    """What marking some edits of a change would teach: the patterns of the rule, and the words they were made of."""

    scope: Rule.Scope
    patterns: tuple[str, ...]
    quote: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule would have made of a past change: `quieted` of its edits are noise, and it weighs `after`."""

    change: Change
    quieted: int
    before: str
    after: str

    @property
    def is_hidden(self) -> bool:
        """Whether it would not have been a change at all."""
        return self.after not in _COUNTS


def lesson(change: Change, *, scope: Rule.Scope, position: int | None = None) -> Lesson:
    """Return what marking the edit at `position`, or every edit of `change`, as noise would teach.

    `change` comes with both versions. Compared anew, by today's rules. Raises TeachingError.
    """
    compared = diff.compare(change.before.text, change.after.text)
    edits = compared.edits if position is None else (_edit_at(change, compared, position),)
    patterns = tuple(
        dict.fromkeys(
            pattern for edit in edits for pattern in diff.rules(compared, edit) if pattern.startswith(f"{scope.value}:")
        )
    )
    quieted = {(edit.before, edit.after) for edit in _compared(change, patterns).edits if _is_taught(edit)}
    if not {(edit.before, edit.after) for edit in edits} <= quieted:
        raise TeachingError(
            Fault.TEACHES_NOTHING, "This edit stands in no section of its own: mark its words instead of its section."
        )
    return Lesson(scope, patterns, _quote(compared, edits))


def effects(document: Document, patterns: Sequence[str]) -> list[Effect]:
    """Return which of the document's latest changes a rule of `patterns` would have touched, newest first.

    Pure re-judging of what is archived: compares each change anew. Empty when it would have touched none.
    """
    found = (_effect(change, tuple(patterns)) for change in rejudged(document))
    return [effect for effect in found if effect]


def rejudged(document: Document) -> QuerySet[Change]:
    """Return the changes that a new rule is tried on, newest first."""
    return Change.objects.with_versions().filter(document=document)[:CHANGES_REJUDGED]


def teach(
    *, change: Change, scope: Rule.Scope, position: int | None, reason: str, operator: User, now: datetime
) -> Rule:
    """Return the new rule, which waits for review; raises TeachingError."""
    taught = lesson(change, scope=scope, position=position)
    try:
        with transaction.atomic():
            return Rule.objects.create(
                document=change.document,
                change=change,
                scope=taught.scope,
                patterns=list(taught.patterns),
                quote=taught.quote,
                reason=reason,
                created_by=operator,
                created_at=now,
            )
    except IntegrityError as error:
        raise TeachingError(Fault.ALREADY_TAUGHT, "This document has that rule already.") from error


def may_review(rule: Rule, operator: User) -> bool:
    """Return whether `operator` is a second pair of eyes: somebody else, or the only operator there is."""
    return rule.created_by_id != operator.pk or not _operators().exclude(pk=operator.pk).exists()


def approve(*, rule: Rule, operator: User, now: datetime) -> None:
    """Make the rule active from the next reading on; raises TeachingError."""
    if not may_review(rule, operator):
        raise TeachingError(Fault.NEEDS_ANOTHER, "You made this rule: another operator must review it.")
    waiting = Rule.objects.filter(pk=rule.pk, reviewed_at=None, revoked_at=None)
    if not waiting.update(reviewed_by=operator, reviewed_at=now):
        raise TeachingError(Fault.SETTLED, "This rule was reviewed or revoked in the meantime.")


def revoke(*, rule: Rule, operator: User, reason: str, now: datetime) -> None:
    """Stop following the rule, or turn it down before it was followed; raises TeachingError."""
    if not Rule.objects.filter(pk=rule.pk, revoked_at=None).update(
        revoked_by=operator, revoked_at=now, revoked_reason=reason
    ):
        raise TeachingError(Fault.SETTLED, "This rule was revoked in the meantime.")


def _operators() -> QuerySet[User]:
    return User.objects.filter(is_staff=True, is_active=True)


def _edit_at(change: Change, compared: diff.Change, position: int) -> diff.Edit:
    """Return the edit that the page shows as `position`, found again by the clauses it is about."""
    row = change.edits.filter(position=position).first()
    same = (
        edit
        for edit in compared.edits
        if row and (edit.before, edit.after) == (row.before_position, row.after_position)
    )
    if (edit := next(same, None)) is None:
        raise TeachingError(
            Fault.NO_SUCH_EDIT,
            "The rules of comparing have changed since, and this edit is no longer found: mark the whole change.",
        )
    return edit


def _compared(change: Change, patterns: tuple[str, ...]) -> diff.Change:
    return diff.compare(change.before.text, change.after.text, taught=patterns)


def _effect(change: Change, patterns: tuple[str, ...]) -> Effect | None:
    after = _compared(change, patterns)
    quieted = sum(_is_taught(edit) for edit in after.edits)
    if not quieted:
        return None
    return Effect(change, quieted, _compared(change, ()).significance.value, after.significance.value)


def _is_taught(edit: diff.Edit) -> bool:
    return any(ground.why is diff.Why.TAUGHT for ground in edit.grounds)


def _quote(compared: diff.Change, edits: Sequence[diff.Edit]) -> str:
    """Return the words of the clauses, as they stood and as they stand, one below the other."""
    sides = []
    for edit in edits:
        before = compared.before.raw(edit.before, edit.further_before).strip()
        after = compared.after.raw(edit.after, edit.further_after).strip()
        sides += [f"- {before}"] if before else []
        sides += [f"+ {after}"] if after else []
    return "\n".join(sides)[:QUOTE_CHARS]

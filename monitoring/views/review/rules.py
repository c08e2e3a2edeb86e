"""Rules: marking an edit as noise with a look at what that would have hidden, the second pair of eyes, and revoking."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring import redline, teaching
from monitoring.models import Change, Rule
from monitoring.views.review.access import OperatorRequest, operators_only, page

REVOKED_SHOWN = 50


class MarkForm(forms.Form):
    """What is marked: one edit of a change, or all of them, and how far the rule reaches."""

    edit = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    scope = forms.ChoiceField(
        label=gettext_lazy("What is noise"), choices=Rule.Scope.choices, initial=Rule.Scope.WORDS, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip

    def clean_scope(self) -> str:
        return self.cleaned_data["scope"] or Rule.Scope.WORDS


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def mark(request: OperatorRequest, change_id: int) -> HttpResponse:
    """Show what marking the edit would have hidden; a POST with a reason makes it a rule, which waits for review."""
    change = get_object_or_404(Change.objects.with_versions(), pk=change_id)
    marked = MarkForm(request.POST or request.GET)
    if not marked.is_valid():
        return redirect(change)
    scope, position = Rule.Scope(marked.cleaned_data["scope"]), marked.cleaned_data["edit"]
    reason = ReasonForm(request.POST or None)
    fault = ""
    if request.method == "POST" and reason.is_valid():
        try:
            teaching.teach(
                change=change, scope=scope, position=position, reason=reason.cleaned_data["reason"],
                operator=request.user, now=timezone.now(),
            )  # fmt: skip
        except teaching.TeachingError as error:
            fault = str(error)
        else:
            messages.success(request, _("The rule is made. It is followed once it is reviewed."))
            return redirect("monitoring:review_rules")
    context = {"change": change, "marked": marked, "scope": scope, "position": position, "form": reason}
    context |= _preview(change, scope, position, fault)
    return page(request, "mark", context, status=400 if context["fault"] or reason.errors else 200)


@require_safe
@operators_only
def rules(request: OperatorRequest) -> HttpResponse:
    """List the rules: those that wait for review, those that are followed, and those revoked last."""
    rows = Rule.objects.select_related("document__platform", "change", "created_by", "reviewed_by", "revoked_by")
    waiting = [(row, teaching.may_review(row, request.user)) for row in rows.waiting()]
    context = {"unreviewed": waiting, "active": rows.active(), "revoked": rows.revoked()[:REVOKED_SHOWN]}
    return page(request, "rules", context)


@require_POST
@operators_only
def approve(request: OperatorRequest, rule_id: int) -> HttpResponse:
    rule = get_object_or_404(Rule, pk=rule_id)
    try:
        teaching.approve(rule=rule, operator=request.user, now=timezone.now())
    except teaching.TeachingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The rule is followed from the next reading on."))
    return redirect("monitoring:review_rules")


@require_POST
@operators_only
def revoke(request: OperatorRequest, rule_id: int) -> HttpResponse:
    rule = get_object_or_404(Rule, pk=rule_id)
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        messages.error(request, _("Say why the rule shall go."))
        return redirect("monitoring:review_rules")
    try:
        teaching.revoke(rule=rule, operator=request.user, reason=reason, now=timezone.now())
    except teaching.TeachingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The rule is no longer followed."))
    return redirect("monitoring:review_rules")


def _preview(change: Change, scope: Rule.Scope, position: int | None, fault: str) -> dict[str, Any]:
    """Return the marked edits and what the rule would have hidden; instead of that, why it can be no rule."""
    edits = [edit for edit in redline.of(change) if position in (None, edit.place)]
    try:
        lesson = teaching.lesson(change, scope=scope, position=position)
    except teaching.TeachingError as error:
        return {"edits": edits, "effects": [], "fault": fault or str(error)}
    return {
        "edits": edits,
        "effects": teaching.effects(change.document, lesson.patterns),
        "rejudged": teaching.rejudged(change.document).count(),
        "fault": fault,
    }

"""Who may review, and what every page of review shows beside its own: how much waits where."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from monitoring.models import Correction, Proposal, Request, Rule, Schedule

View = Callable[..., HttpResponse]


class OperatorRequest(HttpRequest):
    """What a view behind `operators_only` receives; for type checkers only."""

    user: User


def operators_only(view: View) -> View:
    """Let in operators (is_staff); to all others the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (request.user.is_authenticated and request.user.is_staff):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render templates/monitoring/review/<name>.html with the counts of what waits."""
    waiting = {
        "held": Schedule.objects.exclude(held_at=None).values("source__document").distinct().count(),
        "rules": Rule.objects.waiting().count(),
        "proposals": Proposal.objects.open().count(),
        "requests": Request.objects.waiting().count(),
        "corrections": Correction.objects.waiting().count(),
    }
    return render(request, f"monitoring/review/{name}.html", {"waiting": waiting, **context}, status=status)

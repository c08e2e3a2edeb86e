"""Ending one session from the list of sessions; the list itself is django-allauth's page."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST


@require_POST
@login_required
def end(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of one's own sessions; somebody else's is a 404."""
    session = get_object_or_404(UserSession, user=request.user, pk=session_id)
    session.end()
    messages.success(request, _("The session was ended."))
    return redirect("usersessions_list")

"""How telling fares over all organizations: counts and reasons, and nothing of what is told to whom."""

from django.db.models import Count, Max, Min
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import rls
from monitoring.alerts import health
from monitoring.models import Channel, Delivery
from monitoring.views.review.access import OperatorRequest, operators_only, page

REASONS_SHOWN = 20


@require_safe
@operators_only
def deliveries(request: OperatorRequest) -> HttpResponse:
    now = timezone.now()
    with rls.as_worker():
        parked = Delivery.objects.exclude(parked_at=None).exclude(kind=Delivery.Kind.TEST)
        reasons = parked.order_by().values("channel__kind", "error").annotate(number=Count("pk"), last=Max("parked_at"))
        kinds = Channel.objects.open().order_by().values("kind").annotate(number=Count("pk"))
        failing = Channel.objects.open().exclude(failing_since=None).order_by().values("kind")
        context = {
            "health": health.of_all(now=now),
            "kinds": [(Channel.Kind(row["kind"]).label, row["number"]) for row in kinds],
            "failing": [
                (Channel.Kind(row["kind"]).label, row["number"], row["since"])
                for row in failing.annotate(number=Count("pk"), since=Min("failing_since"))
            ],
            "reasons": [
                (Channel.Kind(row["channel__kind"]).label, row["error"], row["number"], row["last"])
                for row in reasons.order_by("-number")[:REASONS_SHOWN]
            ],
        }
    return page(request, "deliveries", context)

"""The hourly limit of API requests that an Organization's plan sets, shared by all its keys."""

import logging
import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.utils import timezone
from redis import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from billing import entitlements

if TYPE_CHECKING:  # rest_framework.views imports this module
    from rest_framework.views import APIView

log = logging.getLogger(__name__)

HOUR_SECONDS = 3600
HOUR = timedelta(seconds=HOUR_SECONDS)


class PlanThrottle(BaseThrottle):
    """Count two fixed hours and weigh the earlier one by what of it lies in the last 60 minutes.

    Two numbers in the cache an organization, however many requests; off by at most the unevenness of the earlier hour.
    """

    retry_after_seconds: int | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        organization = getattr(request, "organization", None)
        if organization is None:
            return True
        now = timezone.now()
        limit = entitlements.api_rate(organization, now=now)
        if limit is None:
            return True
        try:
            used, earlier = _count(organization.pk, now=now)
        except RedisError as error:
            log.warning("requests are not counted while the cache does not answer: %s", error)
            return True
        if used + earlier * _rest_of_hour(now) / HOUR_SECONDS <= limit:
            return True
        _take_back(organization.pk, now=now)
        self.retry_after_seconds = _wait(used=used, earlier=earlier, limit=limit, now=now)
        return False

    def wait(self) -> float | None:
        return self.retry_after_seconds


def _count(organization_id: int, *, now: datetime) -> tuple[int, int]:
    """Count this request; return the requests of this hour, it included, and of the hour before."""
    this = _name(organization_id, now)
    cache.add(this, 0, timeout=2 * HOUR_SECONDS)
    return cache.incr(this), cache.get(_name(organization_id, now - HOUR), 0)


def _take_back(organization_id: int, *, now: datetime) -> None:
    """Count a refused request no more: who asks in vain is not kept out for longer."""
    cache.decr(_name(organization_id, now))


def _name(organization_id: int, at: datetime) -> str:
    return f"api-rate:{organization_id}:{int(at.timestamp()) // HOUR_SECONDS}"


def _rest_of_hour(now: datetime) -> float:
    return HOUR_SECONDS - now.timestamp() % HOUR_SECONDS


def _wait(*, used: int, earlier: int, limit: int, now: datetime) -> int:
    """Return the seconds until this request, one of `used`, fits: enough of the earlier hour is past, or of this one."""
    rest = _rest_of_hour(now)
    if used <= limit:
        return math.ceil(rest - (limit - used) * HOUR_SECONDS / earlier)
    return math.ceil(rest + HOUR_SECONDS * (used - limit) / (used - 1))

"""From an HTTP answer to a Response or a reason: the rules on statuses and bodies, without any network."""

from __future__ import annotations

import datetime
import email.utils

from monitoring.fetch import botwalls, content
from monitoring.fetch.exchange import Request, Response
from monitoring.fetch.reasons import FetchError, Reason
from monitoring.fetch.transport import Answer

_PAGE_STATUSES = frozenset({200, 203})
_REASON_OF_STATUS = {
    401: Reason.UNAUTHORIZED,
    403: Reason.FORBIDDEN,
    404: Reason.NOT_FOUND,
    407: Reason.FORBIDDEN,
    408: Reason.TIMEOUT,
    410: Reason.GONE,
    429: Reason.RATE_LIMITED,
    451: Reason.LEGALLY_BLOCKED,
}
_LONGEST_WAIT_SECONDS = 7 * 86_400.0


def conditions(request: Request) -> dict[str, str]:
    """Return the headers that ask for a page only if it has changed, and in the wanted language."""
    headers = {}
    if request.language:
        headers["Accept-Language"] = f"{request.language}, en;q=0.5" if request.language != "en" else "en"
    if request.is_conditional and request.etag:
        headers["If-None-Match"] = request.etag
    if request.is_conditional and request.last_modified:
        headers["If-Modified-Since"] = request.last_modified
    return headers


def response(answer: Answer, *, request: Request, duration_seconds: float) -> Response:
    """Return the page an answer brought, or that it has not changed; raise FetchError with the reason otherwise."""
    _fail_on_bot_wall(answer)
    if answer.status == 304 and request.is_conditional:
        return _response(answer, request, content_type="", body=b"", duration_seconds=duration_seconds)
    if answer.status not in _PAGE_STATUSES:
        raise _refusal(answer)
    if not answer.body:
        raise _failed(answer, Reason.EMPTY_BODY, "an empty body")
    try:
        content_type = content.effective_type(answer.headers.get("Content-Type", ""), answer.body)
    except FetchError as error:
        raise _failed(answer, error.reason, error.message) from error
    return _response(answer, request, content_type=content_type, body=answer.body, duration_seconds=duration_seconds)


def retry_after_seconds(value: str, *, now: datetime.datetime) -> float | None:
    """Return how long a Retry-After header asks to wait, at most a week; None when it says nothing readable."""
    value = value.strip()
    if value.isdecimal() and value.isascii():
        return min(float(value[:9]), _LONGEST_WAIT_SECONDS)
    try:
        at = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # no date; a year beyond all years
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=datetime.UTC)
    return min(max((at - now).total_seconds(), 0.0), _LONGEST_WAIT_SECONDS)


def _response(answer: Answer, request: Request, *, content_type: str, body: bytes, duration_seconds: float) -> Response:
    """A 304 need not repeat what it confirms, so what it leaves out is taken from the request."""
    is_not_modified = answer.status == 304
    headers = answer.headers
    return Response(
        status=answer.status,
        body=body,
        content_type=content_type,
        charset=content.charset_of(content_type),
        url=answer.url,
        etag=headers.get("ETag", request.etag if is_not_modified else ""),
        last_modified=headers.get("Last-Modified", request.last_modified if is_not_modified else ""),
        evidence=answer.evidence,
        is_not_modified=is_not_modified,
        duration_seconds=duration_seconds,
    )


def _refusal(answer: Answer) -> FetchError:
    if answer.status == 304:
        return _failed(answer, Reason.UNEXPECTED_STATUS, "304 although nothing was said to be known")
    by_class = {4: Reason.CLIENT_ERROR, 5: Reason.SERVER_ERROR}.get(answer.status // 100, Reason.UNEXPECTED_STATUS)
    return _failed(answer, _REASON_OF_STATUS.get(answer.status, by_class), f"HTTP {answer.status}")


def _fail_on_bot_wall(answer: Answer) -> None:
    mark = botwalls.mark(answer.status, answer.headers, answer.body)
    if mark:
        raise _failed(answer, Reason.BOT_WALL, f'HTTP {answer.status} with a check against robots ("{mark}")')


def _failed(answer: Answer, reason: Reason, told: str) -> FetchError:
    wait = answer.headers.get("Retry-After", "")
    return FetchError(
        reason,
        f"{answer.url}: {told}",
        status=answer.status,
        retry_after_seconds=retry_after_seconds(wait, now=datetime.datetime.now(datetime.UTC)) if wait else None,
        evidence=answer.evidence,
    )

"""An answer that an archive kept, read by the same rules as one that has just come."""

from __future__ import annotations

from multidict import CIMultiDict, CIMultiDictProxy

from monitoring.fetch import answers
from monitoring.fetch.exchange import Evidence, Request, Response
from monitoring.fetch.reasons import FetchError
from monitoring.fetch.transport import Answer


def archived(*, url: str, status: int, content_type: str, body: bytes) -> Response | FetchError:
    """Return what a Fetch would have made of this answer: the page, or the reason why it is none."""
    headers = (("Content-Type", content_type),)
    answer = Answer(status, CIMultiDictProxy(CIMultiDict(headers)), body, url, Evidence(headers=headers))
    try:
        return answers.response(answer, request=Request(url, url), duration_seconds=0.0)
    except FetchError as error:
        return error

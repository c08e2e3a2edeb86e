"""What a Channel is given to send, and the one error it may raise."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """One mail: `id` is the same in every attempt, so that a receiver can drop a double."""

    id: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


class ChannelError(Exception):
    """A message could not be handed over.

    is_permanent: trying this message again is of no use. is_general: the way out itself is down, and not this receiver.
    is_gone: the receiver wants no message any more. status: what an endpoint answered, if it did.
    retry_after_seconds: how long an endpoint asked to wait.
    """

    def __init__(
        self,
        message: str,
        *,
        is_permanent: bool = False,
        is_general: bool = False,
        is_gone: bool = False,
        status: int | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message)
        self.is_permanent = is_permanent
        self.is_general = is_general
        self.is_gone = is_gone
        self.status = status
        self.retry_after_seconds = retry_after_seconds

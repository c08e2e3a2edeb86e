"""What a Channel is given to send, and the one error it may raise."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `id` is the same in every attempt, so that a receiver can drop a double."""

    id: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


class ChannelError(Exception):
    """A message could not be handed over; `is_permanent` when trying again is of no use."""

    def __init__(self, message: str, *, is_permanent: bool) -> None:
        super().__init__(message)
        self.is_permanent = is_permanent

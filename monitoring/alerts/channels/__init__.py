"""How a message goes out: one module per kind of Channel, each with `send(channel, message)`."""

from monitoring.alerts.channels import email
from monitoring.alerts.channels.message import ChannelError, Message
from monitoring.models import Channel

_SENDERS = {Channel.Kind.EMAIL: email.send}

__all__ = ["ChannelError", "Message", "send"]


def send(channel: Channel, message: Message) -> None:
    """Hand `message` over. Raises ChannelError, which says whether another attempt may help."""
    _SENDERS[Channel.Kind(channel.kind)](channel, message)

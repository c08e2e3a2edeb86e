"""How a message goes out, one module per kind of Channel: `email` is handed a Message by a Mailer; `webhook` and `slack`
make a Post of a payload, which a Poster takes to the endpoint."""

from monitoring.alerts.channels.email import Mailer
from monitoring.alerts.channels.message import ChannelError, Message
from monitoring.alerts.channels.posting import Post, Poster

__all__ = ["ChannelError", "Mailer", "Message", "Post", "Poster"]

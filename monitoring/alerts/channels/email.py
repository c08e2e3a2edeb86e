"""E-mail through Django's mail backend."""

import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from monitoring.alerts.channels.message import ChannelError, Message
from monitoring.models import Channel


def send(channel: Channel, message: Message) -> None:
    """Send `message` as text with an HTML alternative. Raises ChannelError.

    A refused address is permanent; a server that is away, slow or says 4xx is not.
    """
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[channel.address],
        headers={
            "Message-ID": f"<{message.id}@{urlsplit(settings.SITE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
            **message.headers,
        },
    )
    mail.attach_alternative(message.html, "text/html")
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise ChannelError(f"{channel.address} was refused: {codes}", is_permanent=min(codes) >= 500) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelError(f"{type(error).__name__}: {error}", is_permanent=False) from error

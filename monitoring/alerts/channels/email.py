"""E-mail through Django's mail backend."""

import smtplib
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from monitoring.alerts.channels.message import ChannelError, Message
from monitoring.models import Channel

# After these the connection is of no use any more, whoever the mail was for.
LOST = (
    smtplib.SMTPConnectError,
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
)


class Mailer:
    """One connection to the mail server for all mails of a `with` block, opened by the first."""

    def __enter__(self) -> Self:
        self._connection = get_connection()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def send(self, channel: Channel, message: Message) -> None:
        """Send `message` as text with an HTML alternative. Raises ChannelError.

        A refused address is permanent; a server that is away, slow or says 4xx is not.
        """
        try:
            self._connection.open()
            self._connection.send_messages([_mail(channel, message)])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise ChannelError(f"the address was refused: {codes}", is_permanent=min(codes) >= 500) from error
        except (OSError, smtplib.SMTPException) as error:
            self._connection.close()
            is_general = isinstance(error, LOST) or not isinstance(error, smtplib.SMTPException)
            raise ChannelError(f"{type(error).__name__}: {error}", is_general=is_general) from error


def _mail(channel: Channel, message: Message) -> EmailMultiAlternatives:
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
    return mail

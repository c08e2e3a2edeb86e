"""Secrets that have to be used again are kept sealed: whoever reads the database alone reads none of them."""

import base64
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

PURPOSE = b"conductatlas.channels"


class CannotOpen(Exception):
    """Raised by `opened`: what was sealed under a SECRET_KEY that is no longer given."""


def seal(text: str) -> str:
    """Return `text` encrypted under SECRET_KEY."""
    return _box().encrypt(text.encode()).decode()


def opened(sealed: str) -> str:
    """Return what was sealed, also under a key of SECRET_KEY_FALLBACKS. Raises CannotOpen."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen(
            "the secret of this channel was sealed under another SECRET_KEY: put the old one into "
            "SECRET_KEY_FALLBACKS, or make the channel anew"
        ) from error


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet([Fernet(_key(key)) for key in keys])


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hmac.digest(secret.encode(), PURPOSE, "sha256"))

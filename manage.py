#!/usr/bin/env python3
"""Django's command line. With no DATABASE_URL it first starts or joins the embedded servers."""

import os
import sys

WITHOUT_SERVERS = {"help", "--help", "--version", "makemessages", "compilemessages", "collectstatic", "demo_publisher"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conductatlas.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    if settings.EMBEDDED and not WITHOUT_SERVERS.intersection(sys.argv[1:2]):
        from conductatlas import local

        try:
            local.ensure_running(settings.VAR)
        except local.LocalServersError as error:
            sys.exit(f"conductatlas: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

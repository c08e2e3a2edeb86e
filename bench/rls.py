# ruff: noqa: E402  (Django is set up before its models are imported)
"""What the second wall costs: one page of an organization's alerts, with and without it, and a whole signed-in request.

    python bench/rls.py [organizations] [alerts an organization]

Makes a database of its own beside the real one and removes it.
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection, transaction
from django.test.utils import setup_databases, teardown_databases

from accounts import rls
from accounts.models import AuditEvent, Organization
from conductatlas import local

ROUNDS = 400
PAGE = 20


def fill(organizations, rows):
    now = datetime.now(UTC)
    made = Organization.objects.bulk_create(
        Organization(name=f"o{n}", slug=f"o{n}", created_at=now) for n in range(organizations)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_auditevent (organization_id, at, verb, target_kind) "
            "SELECT o.id, now() - n * interval '1 minute', 'bench.made', '' "
            "FROM accounts_organization o, generate_series(1, %s) n",
            [rows],
        )
    with rls.as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_auditevent")
    return made


def page(organization):
    return list(AuditEvent.objects.for_organization(organization).order_by("-at")[:PAGE])


def plain(organization):
    with transaction.atomic():
        page(organization)


def walled(organization):
    with rls.acting_for(organization):
        page(organization)


def p50_microseconds(act, organizations):
    taken = []
    for number in range(ROUNDS):
        organization = organizations[number * 7919 % len(organizations)]
        started = time.perf_counter()
        act(organization)
        taken.append(time.perf_counter() - started)
    return median(taken) * 1e6


def main(organizations=500, rows=2000):
    if settings.EMBEDDED:
        local.ensure_running(settings.VAR)
    names = setup_databases(verbosity=0, interactive=False)
    connection.close()
    options = connection.settings_dict["OPTIONS"]
    options["assume_role"] = rls.WORKER
    try:
        made = fill(organizations, rows)
        print(f"{organizations} organizations with {rows} rows each; a page of {PAGE}, p50 of {ROUNDS}")
        for name, act in (("page alone", page), ("in a transaction", plain), ("behind the wall", walled)) * 2:
            print(f"{name:<18}{p50_microseconds(act, made):>8.0f} µs")
    finally:
        options["assume_role"] = rls.OWNER
        connection.close()
        teardown_databases(names, verbosity=0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

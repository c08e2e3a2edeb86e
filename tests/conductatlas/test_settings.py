"""Settings: production refuses what is for laptops (row 71 of the check table), and says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "PRODUCTION": "true",
    "SECRET_KEY": "m7q2w9e4r1t6y3u8i5o0pAsDfGhJkLzXcVbN-b_n+v=c%x&z!lKjH",
    "DATABASE_URL": "postgresql://ca:word@db.internal:5432/conductatlas",
    "REDIS_URL": "redis://valkey.internal:6379/0",
    "SITE_URL": "https://conductatlas.example",
    "ALLOWED_HOSTS": "conductatlas.example",
}


def load(code="", **variables):
    """Import the settings in a process of their own; return its exit code, output and error."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **variables}
    done = subprocess.run(
        [sys.executable, "-c", f"from conductatlas import settings; {code}"],
        env=environment, capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.strip(), done.stderr


def test_production_with_all_it_needs_starts():
    code, out, error = load("print(settings.EMBEDDED, settings.SECURE_HSTS_SECONDS)", **GOOD)
    assert (code, out) == (0, "False 31536000"), error


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "SITE_URL", "ALLOWED_HOSTS"])
def test_production_names_what_is_missing(name):
    code, _, error = load(**{key: value for key, value in GOOD.items() if key != name})
    assert code == 1
    assert name in error.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("DEBUG", "true", "DEBUG"),
        ("SITE_URL", "http://conductatlas.example", "https"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS"),
        ("FETCH_ALLOW_PRIVATE", "127.0.0.1:8001", "FETCH_ALLOW_PRIVATE"),
        ("BILLING", "free", "BILLING"),
        ("PRODUCTION", "perhaps", "PRODUCTION"),
        ("DATABASE_URL", "mysql://db/x", "postgresql://"),
        ("DATABASE_URL", "postgresql://db:port/x", "port"),
        ("FETCH_INTERVAL_SECONDS", "soon", "FETCH_INTERVAL_SECONDS"),
    ],
)
def test_what_is_wrong_is_named(name, value, word):
    code, _, error = load(**(GOOD | {name: value}))
    assert code == 1
    assert word in error.splitlines()[-1]


def test_a_wrong_database_url_is_never_printed_with_its_password():
    _, _, error = load(**(GOOD | {"DATABASE_URL": "mysql://ca:s3cr3t@db/x"}))
    assert "s3cr3t" not in error.splitlines()[-1]


@pytest.mark.parametrize(("port", "tls"), [("587", "True False"), ("465", "False True"), ("25", "False False")])
def test_the_port_of_the_mail_server_says_how_it_is_spoken_to(port, tls):
    code, out, error = load(
        "print(settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL)", EMAIL_HOST="mail.internal", EMAIL_PORT=port
    )
    assert (code, out) == (0, tls), error


def test_a_secret_may_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text("from-a-file\n")
    code, out, error = load("print(settings.SECRET_KEY)", SECRET_KEY_FILE=str(tmp_path / "key"))
    assert (code, out) == (0, "from-a-file"), error


def test_deploy_checks_are_clean():
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={"PATH": os.environ["PATH"], **GOOD}, capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

"""The whole product as a visitor meets it: `manage.py dev --demo` in a world of its own, a browser's session, its mails."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx

from conductatlas import local

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a long enough password"


class Product:
    """A running product: where it is, its mailbox, its publisher, and its command line."""

    def __init__(self, var: Path, port: int, *, log: Path) -> None:
        self.var, self.port, self.log = var, port, log
        self.url, self.publisher = f"http://localhost:{port}", f"http://127.0.0.1:{port + 1}"
        self.environment = os.environ | {
            "CONDUCTATLAS_VAR": str(var),
            "PORT": str(port),
            "DJANGO_SETTINGS_MODULE": "conductatlas.settings",
        }

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fire(self, event: str) -> None:
        httpx.get(f"{self.publisher}/control", params={"fire": event}).raise_for_status()

    def mails(self, address: str):
        """Return the mails to `address`, oldest first."""
        found = [
            message_from_bytes(path.read_bytes(), policy=default) for path in sorted((self.var / "mail").glob("*.eml"))
        ]
        return [mail for mail in found if address in str(mail["To"])]

    def wait_for_mail(self, address: str, word: str, *, seconds: float):
        """Return the first mail to `address` whose text has `word`, waiting for it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for mail in self.mails(address):
                if word in mail.get_body(("plain",)).get_content():
                    return mail
            time.sleep(0.3)
        raise AssertionError(
            f"no mail to {address} with {word!r} within {seconds} s; the log ends:\n{self.log.read_text()[-3000:]}"
        )


class Visitor:
    """A browser's session without JavaScript: follows redirects, keeps cookies, fills forms."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.client = httpx.Client(base_url=product.url, follow_redirects=True, timeout=20)

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def post(self, path: str, *, status: int = 200, **fields: str) -> str:
        page = self.client.get(path).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        answer = self.client.post(
            path,
            data=fields | ({"csrfmiddlewaretoken": token[1]} if token else {}),
            headers={"Referer": self.product.url},
        )
        assert answer.status_code == status, (path, answer.status_code, answer.text[-2000:])
        return answer.text

    def sign_up(self, email: str) -> None:
        """Sign up, follow the link of the mail, and arrive signed in."""
        self.post("/accounts/signup/", email=email, password1=PASSWORD)
        mail = self.product.wait_for_mail(email, "/accounts/confirm-email/", seconds=10)
        link = re.search(r"https?://\S+/accounts/confirm-email/\S+", mail.get_body(("plain",)).get_content())[0]
        path = "/" + link.split("/", 3)[3]
        self.post(path)
        self.get("/watchlist/")


def free_port() -> int:
    """Return a port whose two successors are free as well."""
    while True:
        with socket.socket() as first, socket.socket() as second, socket.socket() as third:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
                third.bind(("127.0.0.1", port + 2))
            except OSError:
                continue
            return port


@contextmanager
def running(folder: Path, **environment: str):
    """Run the demo until the block ends; it must stop cleanly on Ctrl-C."""
    product = Product(folder / "var", free_port(), log=folder / "log")
    with product.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "dev", "--demo"],
            cwd=ROOT, env=product.environment | environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + 90
            while "ConductAtlas is at" not in product.log.read_text():
                assert process.poll() is None, product.log.read_text()
                assert time.monotonic() < deadline, product.log.read_text()[-3000:]
                time.sleep(0.2)
            yield product
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(timeout=40)
            local.forget(product.var)
    assert code == 0, product.log.read_text()[-3000:]

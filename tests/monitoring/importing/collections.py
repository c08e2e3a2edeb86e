"""Small collections as Open Terms Archive publishes them: repositories made with the real git, and declarations."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

BEGAN = datetime(2021, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SERVICE = "Le Chat.ai"
PAGE = "Terms of Service.html"
TEXT = "Terms of Service.md"
URL = "https://lechat.example/terms"


class Repository:
    """A repository that grows commit by commit; `folder` is what an import is given."""

    def __init__(self, folder: Path, *, bare: bool = False) -> None:
        self.folder = folder
        self.work = folder.with_name(folder.name + "-work") if bare else folder
        self.work.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.bare = bare

    def git(self, *arguments: str, at: datetime = BEGAN) -> str:
        environment = os.environ | {
            "GIT_AUTHOR_DATE": at.isoformat(), "GIT_COMMITTER_DATE": at.isoformat(), "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "bot", "GIT_AUTHOR_EMAIL": "bot@ota.example",
            "GIT_COMMITTER_NAME": "bot", "GIT_COMMITTER_EMAIL": "bot@ota.example",
        }  # fmt: skip
        command = ["git", "-C", str(self.work), *arguments]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()

    def record(
        self, path: str, content: bytes, *, at: datetime, subject: str = "Record new changes of", body: str = ""
    ) -> str:
        """Commit one file as a recorder does and return the commit's id."""
        file = self.work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        self.git("add", "--", path)
        service, _, name = path.partition("/")
        self.git("commit", "--quiet", "-m", f"{subject} {service} {name.rpartition('.')[0]}\n\n{body}", at=at)
        return self.git("rev-parse", "HEAD")

    def move(self, old: str, new: str, *, at: datetime) -> None:
        (self.work / new).parent.mkdir(parents=True, exist_ok=True)
        self.git("mv", old, new)
        self.git("commit", "--quiet", "-m", f"Rename {old} to {new}", at=at)

    def publish(self) -> Path:
        """Return the folder to import from; a bare one is cloned anew."""
        if self.bare:
            shutil.rmtree(self.folder, ignore_errors=True)
            subprocess.run(["git", "clone", "--quiet", "--bare", str(self.work), str(self.folder)], check=True)
        return self.folder


def declare(folder: Path, terms: dict | None = None, *, service: str = SERVICE, history: dict | None = None) -> Path:
    """Write one platform's declaration (and its history) and return the folder."""
    folder.mkdir(exist_ok=True)
    terms = terms or {"Terms of Service": {"fetch": URL, "select": "main"}}
    (folder / f"{service}.json").write_text(json.dumps({"name": service, "terms": terms}))
    if history:
        (folder / f"{service}.history.json").write_text(json.dumps(history))
    return folder

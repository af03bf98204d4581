"""A real Chromium, and a page of ours in it that remembers whatever went wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import ROOT

__all__ = ["AXE", "chromium", "violations", "watched"]

AXE = Path(".venv/npm/node_modules/axe-core/axe.min.js")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or whatever it is called here."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "these tests need Chromium: `make test` installs it on Debian and Ubuntu"
    quiet = ["--disable-quic", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--enable-precise-memory-info", *quiet],
        )
        yield started
        started.close()


def watched(page: Page, allowed: str) -> list[str]:
    """What the page complains about from now on, and every address that it asks for but those that begin so."""
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith(allowed) or problems.append(asked.url))
    return problems


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong for people who use a keyboard or a screen reader, or see less; by rule and place."""
    # Evaluated, not put in as a script: the page's own security policy would refuse it, and rightly so.
    page.evaluate((ROOT / AXE).read_text())
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]

"""The page in a real browser: what two people see, on a laptop, on a phone, in the dark and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from analysis.session import Session
from tests.support.browsing import violations, watched

pytestmark = pytest.mark.slow


@pytest.fixture(params=[(1280, 800, "light"), (390, 844, "dark")], ids=["laptop", "phone in the dark"])
def page(browser: Browser, kitchen_files: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The report; at the end nothing was complained of or fetched."""
    width, height, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    shown = context.new_page()
    problems = watched(shown, "file:")
    shown.goto((kitchen_files / "talk.html").as_uri())
    yield shown
    assert problems == []
    context.close()


def test_it_fits_the_screen(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_it_says_first_what_this_talk_was(page: Page) -> None:
    assert page.locator("h1").inner_text() == "A talk of Maya and Jonas"
    assert "This talk lasted 2:36" in page.locator("section").first.inner_text()
    assert [title for title in page.locator("h2").all_inner_texts() if title != "What it was about"] == [
        "This talk",
        "How heated it was, second by second",
        "What passed between you",
        "Questions, offers, and how they were met",
        "The floor, and the rest",
        "What was said",
    ]


def test_the_curve_is_high_where_the_voices_were_raised(page: Page) -> None:
    points = page.locator("polyline.curve").get_attribute("points") or ""
    heights = [(float(x), float(y)) for x, y in (pair.split(",") for pair in points.split())]
    peak = min(heights, key=lambda point: point[1])
    assert 50 < peak[0] / 960 * 156 < 75
    assert page.locator("rect.rise").count() == 1
    assert page.locator("desc").text_content().startswith("The talk heated up")


def test_each_tag_tells_its_meaning_and_marks_its_words(page: Page) -> None:
    line = page.locator("ol.talk > li", has_text="big a deal")
    line.scroll_into_view_if_needed()
    tag = line.locator(".tag")
    assert (tag.text_content() or "").endswith("minimizing")
    assert "rule minimizing." in (tag.get_attribute("title") or "")
    assert "deal" in (line.locator("mark").first.text_content() or "")


def test_text_is_readable_against_its_ground(page: Page) -> None:
    """WCAG AA: at least 4.5 to 1 for every color of text that the page uses."""
    ratio = page.evaluate("""() => {
      const light = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(x => x / 255)
        .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
        return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
      const ground = light(getComputedStyle(document.body).backgroundColor);
      const all = [...document.querySelectorAll('p, li, span, h1, h2')].map(e => {
        const ink = light(getComputedStyle(e).color);
        return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05); });
      return Math.min(...all); }""")
    assert ratio >= 4.5


def test_it_prints(page: Page, tmp_path: Path) -> None:
    page.pdf(path=str(tmp_path / "talk.pdf"))
    assert (tmp_path / "talk.pdf").stat().st_size > 20_000


def test_everybody_can_use_it(page: Page) -> None:
    assert violations(page) == []


def test_with_the_sound_beside_it_the_transcript_follows(
    browser: Browser, kitchen_files: Path, kitchen: Session
) -> None:
    page = browser.new_page()
    problems = watched(page, "file:")
    page.goto((kitchen_files / "heard.html").as_uri())
    page.wait_for_function("() => player.sound.readyState >= 2")
    assert page.evaluate("player.sound.duration") == pytest.approx(kitchen.duration, abs=0.05)
    for line in (kitchen.utterances[4], kitchen.utterances[-3]):
        page.locator(f"#{line.id} .play").click()
        page.wait_for_function("() => !player.sound.paused && document.querySelector('.now')")
        moment, now = page.evaluate("[player.sound.currentTime, document.querySelector('.now').id]")
        assert now in {u.id for u in kitchen.utterances if u.start - 0.15 <= moment <= u.end + 1}
        page.evaluate("player.sound.pause()")
    assert problems == []
    assert violations(page) == []

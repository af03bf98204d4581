"""The whole way in a real browser: open, play, click on the curve, follow, correct, take back, reload, export."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, BrowserContext, Page, expect

from analysis.session import Session, Topic
from tests.cli.review.conftest import Serve, Served, made_library, serving
from tests.cli.review.test_guard import typed
from tests.support.browsing import violations, watched

pytestmark = pytest.mark.slow

LAPTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
ACCURACY = 0.15


@pytest.fixture
def served(serve: Serve, kitchen_library: Path, kitchen: Session) -> Served:
    return serve(kitchen_library, kitchen.id)


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """The example's page, as the link opens it; at the end nothing was complained of or fetched from elsewhere."""
    context = browser.new_context(viewport=LAPTOP, accept_downloads=True)
    shown = context.new_page()
    problems = watched(shown, served.base)
    shown.goto(served.link)
    shown.wait_for_selector("#chart[data-ready]")
    yield shown
    assert problems == []
    context.close()


@pytest.fixture(scope="module")
def shared(
    browser: Browser, kitchen_files: Path, kitchen: Session, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, BrowserContext]]:
    """One that is only looked at, by many tests."""
    folder = tmp_path_factory.mktemp("shared") / "library"
    shutil.copytree(kitchen_files / "library", folder)
    with serving() as start:
        served = start(folder, kitchen.id)
        context = browser.new_context(viewport=LAPTOP, accept_downloads=True)
        context.new_page().goto(served.link)
        yield served, context
        context.close()


@pytest.fixture
def look(shared: tuple[Served, BrowserContext], kitchen: Session) -> Iterator[Page]:
    """The example's page, not to be changed; at the end nothing was complained of or fetched from elsewhere."""
    served, context = shared
    shown = context.new_page()
    problems = watched(shown, served.base)
    shown.goto(f"{served.base}/sessions/{kitchen.id}")
    shown.wait_for_selector("#chart[data-ready]")
    yield shown
    assert problems == []
    shown.close()


def time(page: Page) -> float:
    return float(page.evaluate("player.sound.currentTime"))


def line_at(session: Session, moment: float) -> str | None:
    """The line that began last."""
    begun = [u for u in session.utterances if u.start <= moment + 0.02]
    return begun[-1].id if begun else None


def saved(page: Page) -> None:
    expect(page.locator("#said")).to_have_text("Saved.", timeout=30_000)


def edit(page: Page, line: str) -> None:
    page.locator(f"#{line} .edit").click()
    expect(page.locator("dialog[open] #edit-title")).to_be_visible()


def test_it_begins_with_the_session_and_says_first_what_this_talk_was(page: Page) -> None:
    assert page.locator("h1").inner_text() == "A talk of Maya and Jonas"
    assert "key=" not in page.url
    found = page.locator(".findings > li")
    assert 3 <= found.count() <= 5
    assert page.locator(".findings > .well").count() >= 2
    text = page.locator(".findings").inner_text()
    assert "heated up" in text and "spoke on at once" in text and "took it up" in text
    for k in range(found.count()):
        assert found.nth(k).locator("button.play").count() >= 1


def test_a_click_anywhere_on_the_time_axis_plays_from_there(look: Page, kitchen: Session) -> None:
    chart = look.locator("#chart")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    left, width = look.evaluate(
        "(({xaxis}) => [xaxis._offset, xaxis._length])(document.getElementById('chart')._fullLayout)"
    )
    for share, height in ((0.4, 0.2), (0.7, 0.7), (0.2, 0.95)):
        look.mouse.click(box["x"] + left + share * width, box["y"] + height * box["height"])
        look.wait_for_function("() => !player.sound.paused && player.sound.currentTime > 0")
        assert share * kitchen.duration - 0.6 < time(look) < share * kitchen.duration + 3
        look.keyboard.press("Escape")


def test_the_transcript_follows_the_sound(look: Page, kitchen: Session) -> None:
    look.evaluate("document.getElementById('talk').scrollIntoView()")
    look.evaluate("player.play(44)")
    samples = look.evaluate("""() => new Promise(done => {
      const found = [];
      function look() {
        found.push([player.sound.currentTime, document.querySelector(".now")?.id ?? null]);
        if (found.length < 600 && player.sound.currentTime < 58) requestAnimationFrame(look); else done(found);
      }
      setTimeout(look, 300);
    })""")
    assert samples[-1][0] - samples[0][0] > 5
    assert len({line for _, line in samples}) >= 3
    for moment, line in samples:
        near = {line_at(kitchen, moment + shift) for shift in (-ACCURACY, 0, ACCURACY)}
        assert line in near, (moment, line, near)
    shown = look.locator(f"#{samples[-1][1]}")
    expect(shown).to_have_attribute("aria-current", "true")
    expect(shown).to_be_in_viewport()


def test_a_finding_plays_its_own_seconds_and_stops(look: Page) -> None:
    button = look.locator(".findings .play").first
    start, end = (float(button.get_attribute(f"data-{name}") or "nan") for name in ("from", "to"))
    look.evaluate("player.sound.playbackRate = 3")
    button.click()
    look.wait_for_function(f"() => player.sound.paused && player.sound.currentTime >= {end}", timeout=30_000)
    assert time(look) < end + 0.8
    assert start < end


def test_the_keyboard_moves_about(look: Page, kitchen: Session) -> None:
    look.locator("body").press(" ")
    look.wait_for_function("() => !player.sound.paused")
    look.locator("body").press(" ")
    look.wait_for_function("() => player.sound.paused")
    look.evaluate("player.sound.currentTime = 30")
    look.locator("body").press("ArrowRight")
    assert time(look) == pytest.approx(35, abs=0.1)
    look.locator("body").press("ArrowLeft")
    assert time(look) == pytest.approx(30, abs=0.1)
    look.locator("body").press("j")
    following = next(u for u in kitchen.utterances if u.start > 30)
    assert time(look) == pytest.approx(following.start, abs=0.1)
    look.locator("body").press("k")
    assert line_at(kitchen, time(look)) == line_at(kitchen, 30.0)
    look.locator("body").press("5")
    assert look.evaluate("player.sound.playbackRate") == 1.5
    assert look.locator("#speed").inner_text() == "speed 1.5×"


def test_a_word_is_corrected_taken_back_and_corrected_for_good(page: Page, served: Served, kitchen: Session) -> None:
    line = next(u for u in kitchen.utterances if "kettle" in u.text)
    edit(page, line.id)
    page.locator(".words input.word[value='kettle']").fill("pot")
    page.locator(".words input.word[value='kettle']").press("Enter")
    saved(page)
    page.locator("#edit-close").click()
    expect(page.locator(f"#{line.id} .said")).to_contain_text("pot")
    assert "pot" in served.stored(kitchen.id).utterance(line.id).text
    expect(page.locator("#undo")).to_have_text("Undo: the word “kettle”")
    page.locator("#undo").click()
    expect(page.locator("#said")).to_have_text("Taken back.")
    expect(page.locator(f"#{line.id} .said")).to_contain_text("kettle")
    expect(page.locator("#undo")).to_be_disabled()
    assert served.stored(kitchen.id).words == kitchen.words
    edit(page, line.id)
    page.locator(".words input.word[value='kettle']").fill("pot")
    page.locator(".words input.word[value='kettle']").press("Enter")
    saved(page)
    page.reload()
    expect(page.locator(f"#{line.id} .said")).to_contain_text("pot")
    expect(page.locator("#undo")).to_have_text("Undo: the word “kettle”")


def test_a_line_goes_to_the_other_speaker_and_back(page: Page, served: Served, kitchen: Session) -> None:
    line = next(u for u in kitchen.utterances if u.speaker == "S1" and u.end - u.start > 3)
    edit(page, line.id)
    page.locator("select[name=speaker]").select_option("S2")
    page.get_by_role("button", name="Move").click()
    saved(page)
    expect(page.locator("dialog[open]")).to_have_count(0)
    after = served.stored(kitchen.id)
    assert after.shared.share["S1"] < kitchen.shared.share["S1"] - 0.01
    assert f"Jonas {after.shared.share['S2']:.0%}" in page.locator("#part-short").inner_text()
    page.locator("#undo").click()
    expect(page.locator("#said")).to_have_text("Taken back.")
    back = served.stored(kitchen.id)
    assert (back.words, back.turns, back.shared) == (kitchen.words, kitchen.turns, kitchen.shared)


def test_a_tag_is_removed_kept_and_added(page: Page, served: Served, kitchen: Session) -> None:
    line = next(u for u in kitchen.utterances if any(tag.label == "minimizing" for tag in u.tags))
    before = max(kitchen.escalation.words) if kitchen.escalation else 0
    edit(page, line.id)
    row = page.locator("dialog .tags li", has_text="minimizing")
    row.get_by_role("button", name="Remove").click()
    saved(page)
    expect(row.get_by_role("button", name="Take back")).to_be_visible()
    page.locator("dialog select[name=label]").select_option("repair")
    page.get_by_role("button", name="Add").click()
    saved(page)
    page.locator("#edit-close").click()
    expect(page.locator(f"#{line.id} .tag", has_text="minimizing")).to_have_count(0)
    expect(page.locator(f"#{line.id} .tag", has_text="repair")).to_have_text("↘ repair (added by one of you)")
    after = served.stored(kitchen.id)
    assert [(r.label, r.verdict) for r in after.reviews] == [("minimizing", "removed"), ("repair", "added")]
    assert after.escalation and max(after.escalation.words) <= before


def test_names_and_notes(page: Page, served: Served, kitchen: Session) -> None:
    page.locator(".names summary").click()
    first = page.locator(".names form[data-kind=name]").first
    first.locator("input[name=name]").fill("Mia")
    first.get_by_role("button").click()
    saved(page)
    expect(page.locator("h1")).to_have_text("A talk of Mia and Jonas")
    edit(page, kitchen.utterances[3].id)
    page.locator("textarea[name=text]").fill("here I felt\nheard")
    page.get_by_label("Private").check()
    page.get_by_role("button", name="Write it down").click()
    saved(page)
    page.locator("#edit-close").click()
    expect(page.locator("#note-n1")).to_contain_text("Private note: here I felt")
    after = served.stored(kitchen.id)
    assert after.name("S1") == "Mia"
    assert after.written[0].private
    page.locator("#note-n1 .unnote").click()
    saved(page)
    expect(page.locator("#note-n1")).to_have_count(0)


def test_without_sound_it_says_why_and_topics_can_be_named(serve: Serve, browser: Browser, tmp_path: Path) -> None:
    session = typed()
    topics = (Topic(id="t1", name="phone, ear", start=0.0, end=2.0), Topic(id="t2", name="trust", start=2.0, end=9.0))
    served = serve(made_library(tmp_path / "typed", replace(session, topics=topics)), session.id)
    page = browser.new_page()
    problems = watched(page, served.base)
    page.goto(served.link)
    page.wait_for_selector("#chart[data-ready]")
    expect(page.locator(".trouble")).to_have_text("This session has no sound: it came from a transcript.")
    assert page.locator("audio, button.play").count() == 0
    page.locator(".names summary").click()
    form = page.locator(".names form[data-kind=topic]").first
    form.locator("input[name=name]").fill("the messages")
    form.get_by_role("button").click()
    saved(page)
    assert [topic.name for topic in served.stored(session.id).topics] == ["the messages", "trust"]
    assert violations(page) == []
    assert problems == []


def test_what_is_exported_from_here_is_the_session(look: Page, kitchen: Session, tmp_path: Path) -> None:
    look.locator(".exports summary").click()
    for kind in ("json", "html", "flac", "srt"):
        with look.expect_download() as started:
            look.locator(f".exports a[href$='/{kind}']").click()
        assert started.value.suggested_filename == f"talk-{kitchen.recorded_at[:10]}.{kind}"
        started.value.save_as(tmp_path / started.value.suggested_filename)
    day = kitchen.recorded_at[:10]
    assert json.loads((tmp_path / f"talk-{day}.json").read_bytes())["id"] == kitchen.id
    assert (tmp_path / f"talk-{day}.flac").read_bytes()[:4] == b"fLaC"


def test_two_windows_do_not_overwrite_each_other(page: Page, served: Served, kitchen: Session) -> None:
    line = next(u for u in kitchen.utterances if "kettle" in u.text)
    other = page.context.new_page()
    other.goto(f"{served.base}/sessions/{kitchen.id}")
    for shown, text in ((page, "pot"), (other, "kettle, dear,")):
        edit(shown, line.id)
        shown.locator("dialog input.word").nth(2).fill(text)
        shown.locator("dialog input.word").nth(2).press("Enter")
        if shown is page:
            saved(shown)
    expect(other.locator("#said")).to_contain_text("reload the page")
    assert "pot" in served.stored(kitchen.id).utterance(line.id).text
    other.reload()
    edit(other, line.id)
    other.locator("dialog input.word").nth(2).fill("kettle, dear,")
    other.locator("dialog input.word").nth(2).press("Enter")
    saved(other)
    assert "kettle, dear," in served.stored(kitchen.id).utterance(line.id).text


def test_what_somebody_is_typing_stays_while_the_word_before_is_stored(
    page: Page, served: Served, kitchen: Session
) -> None:
    line = next(u for u in kitchen.utterances if "kettle" in u.text)
    edit(page, line.id)
    page.locator("textarea[name=text]").fill("a draft")
    words = page.locator("dialog input.word")
    words.nth(2).fill("pot")
    words.nth(2).press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("simply", delay=60)
    saved(page)
    page.wait_for_timeout(500)
    page.keyboard.type(" on", delay=60)
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('said').textContent === 'Saved.'")
    expect(page.locator("textarea[name=text]")).to_have_value("a draft")
    page.wait_for_timeout(1000)
    assert "pot simply on" in served.stored(kitchen.id).utterance(line.id).text
    page.locator("#edit-close").click()
    page.evaluate("player.sound.currentTime = 1.5")
    page.wait_for_function("() => document.querySelector('.line.now')")
    page.locator("body").press("e")
    expect(page.locator("dialog[open] #edit-title")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_everybody_can_use_it(look: Page, kitchen: Session, scheme: str, size: dict[str, int]) -> None:
    look.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    look.set_viewport_size(size)  # type: ignore[arg-type]
    look.wait_for_timeout(300)
    assert look.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for summary in look.locator("summary").all():
        summary.click()
    assert violations(look) == []
    edit(look, kitchen.utterances[4].id)
    assert violations(look) == []
    look.keyboard.press("Escape")
    look.goto(look.url.partition("/sessions")[0])
    assert look.locator(".sessions li").count() == 1
    assert violations(look) == []


def test_it_prints(look: Page, tmp_path: Path) -> None:
    look.emulate_media(media="print")
    assert not look.locator(".player").is_visible()
    look.pdf(path=str(tmp_path / "page.pdf"))
    assert (tmp_path / "page.pdf").stat().st_size > 30_000


def test_it_ends_by_itself_and_the_page_says_so(serve: Serve, kitchen_library: Path, browser: Browser) -> None:
    served = serve(kitchen_library)
    page = browser.new_page()
    page.goto(served.link)
    page.locator(".sessions a").click()
    page.wait_for_selector("#chart[data-ready]")
    served.process.terminate()
    served.process.wait(timeout=20)
    page.locator(".line .edit").first.click()
    expect(page.locator("#said")).to_contain_text("Run `lens open` again")

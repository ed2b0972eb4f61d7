"""A reviewer at work: a real browser, a real Label Studio, and exactly the correction that was made."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Running
from playwright.sync_api import Page, sync_playwright

from attribution.review.pull import pull
from attribution.review.push import push
from attribution.review.store import Store
from attribution.schema import AnnotatedArticle, Provenance

PLACE_OF_CHARACTER = """([start, offset]) => {
    const span = document.querySelector(`.htx-highlight[data-start="${start}"]`);
    const walker = document.createTreeWalker(span, NodeFilter.SHOW_TEXT);
    let node, left = offset;
    while ((node = walker.nextNode())) {
        if (left < node.length) {
            const range = document.createRange();
            range.setStart(node, left);
            range.setEnd(node, left + 1);
            const box = range.getBoundingClientRect();
            return [box.left + 1, box.top + box.height / 2];
        }
        left -= node.length;
    }
}"""


@pytest.fixture
def page(label_studio: Running, chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1600, "height": 1000}).new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{label_studio.url}/user/login")
        page.fill("input[name=email]", label_studio.user)
        page.fill("input[name=password]", label_studio.password)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "login" not in url, wait_until="commit")
        yield page
        browser.close()


def open_first_task(page: Page, label_studio: Running, project: int) -> None:
    page.goto(f"{label_studio.url}/projects/{project}/data?labeling=1")
    page.locator(".htx-highlight").first.wait_for()
    page.keyboard.press("Escape")  # the instructions, shown the first time
    page.locator(".lsf-modal-ls__wrapper").wait_for(state="hidden")


def source(page: Page, words: str, nth: int = 0):  # type: ignore[no-untyped-def]
    return page.locator('.htx-highlight[data-label$=":Source"]', has_text=words).nth(nth)


def test_a_correction_in_the_browser_comes_back_as_it_was_made(
    page: Page, label_studio: Running, project: str, ferry: AnnotatedArticle, tmp_path: Path, record_property: object
) -> None:
    server = label_studio.server()
    pushed = push(server, project, [ferry])
    outside: set[str] = set()
    page.on("request", lambda request: outside.add(request.url) if label_studio.url not in request.url else None)
    open_first_task(page, label_studio, pushed.project.id)
    started = time.monotonic()

    # A source that is too long: drag its left edge to the name.
    wrong = ferry.attributions[3].source[0]
    source(page, "The ferry company Nordlicht").click()
    edge = page.locator(f'.htx-highlight[data-start="{wrong.start}"] area').first
    edge.wait_for(state="attached")
    box = edge.bounding_box()
    assert box is not None, edge.evaluate("e => getComputedStyle(e).display")
    x, y = page.evaluate(PLACE_OF_CHARACTER, [wrong.start, wrong.text.index("Nordlicht")])
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(x + 2, y, steps=4)
    page.mouse.move(x, y, steps=2)
    page.mouse.up()

    # A speaker without a name: click, Tab, type, Enter.
    source(page, "critics").click()
    page.locator('input[name="speaker"]').wait_for(state="visible")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "speaker"
    page.keyboard.type("Harbour Residents' League")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")

    # A stance: one click. Then what was checked, and off it goes.
    page.locator(".actor", has_text="Nordlicht").first.locator('label:has(input[name="unfavourable"])').click()
    for key in "qwe":
        page.keyboard.press(key)
    if kept := os.environ.get("BROWSER_SCREENSHOT"):
        page.screenshot(path=kept)
    with page.expect_response(lambda answer: "/annotations" in answer.url and answer.request.method == "POST"):
        page.keyboard.press("Control+Enter")
    spent = time.monotonic() - started

    pulled = pull(server, project, Store(tmp_path))

    assert [item.reasons for item in pulled.quarantined] == []
    (record,) = Store(tmp_path).current().values()
    review = record.provenance.review
    assert review is not None
    wanted = corrected(ferry)
    for part in ("attributions", "speakers", "stances", "namings"):
        for got, right in zip(getattr(record, part), getattr(wanted, part), strict=True):
            assert got == right
    assert record.model_copy(update={"provenance": Provenance()}) == wanted
    assert review.looked_at == ["quotations", "speakers", "stance"]
    assert review.changed == ["a4", "s3", "stance: Nordlicht"]
    assert review.reviewer == label_studio.user
    assert outside == set(), "the browser asked somebody else"
    sys.stdout.write(f"\nbrowser correction: 3 fixes, 3 clicks and 1 drag, {spent:.1f} s\n")


def corrected(ferry: AnnotatedArticle) -> AnnotatedArticle:
    """The article as the reviewer left it, written down independently of the conversion."""
    attributions, speakers, stances = [*ferry.attributions], [*ferry.speakers], [*ferry.stances]
    end = attributions[3].source[0].end
    name = ferry.article.span(end - len("Nordlicht"), end)
    attributions[3] = attributions[3].model_copy(update={"source": [name], "confidence": None})
    speakers[2] = speakers[2].model_copy(update={"name": "Harbour Residents' League", "confidence": None})
    stances[1] = stances[1].model_copy(update={"label": "unfavourable", "score": -1.0, "confidence": None})
    update = {"attributions": attributions, "speakers": speakers, "stances": stances, "provenance": Provenance()}
    return ferry.model_copy(update=update)

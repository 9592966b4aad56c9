"""The components in a browser, all on one page: components/gallery.html."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import jsonify, render_template, request, send_file
from flask.typing import ResponseReturnValue
from playwright.sync_api import Page, expect

from tests.assets import demo
from tests.browser.conftest import Centre, assert_accessible
from webapp.access import signed_in
from webapp.models.people import Role

LATEST_LUNCH = 15 * 60


@signed_in
def gallery() -> ResponseReturnValue:
    shown = demo.gallery(week_people=request.args.get("people", 240, type=int))
    return render_template("components/gallery.html", demo=shown)


@signed_in
def sound() -> ResponseReturnValue:
    return send_file(io.BytesIO(demo.sound()), "audio/wav", conditional=True)


@signed_in
def move() -> ResponseReturnValue:
    if int(request.form["start"]) >= LATEST_LUNCH:
        return jsonify(refused="Lunch begins before 15:00."), 422
    return jsonify(message="Moved.", update={"#cov": demo.coverage(shortfall=1)})


@pytest.fixture
def open_gallery(centre: Centre, open_as: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that opens the gallery, its pictures drawn."""
    centre.app.add_url_rule("/gallery", view_func=gallery)
    centre.app.add_url_rule("/gallery/call.wav", view_func=sound)
    centre.app.add_url_rule("/demo/move", view_func=move, methods=["POST"])

    def act(people: int = 240, **options: Any) -> Page:  # the rest is open_as's
        page = open_as(Role.SERVICE_LEAD, **options)
        page.goto(f"/gallery?people={people}")
        page.locator("#call .player-play").wait_for()
        page.locator("#forecast canvas").wait_for()
        page.locator("#week .tl-row").first.wait_for()
        page.locator("#cov svg").wait_for()
        return page

    return act


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_every_component_is_accessible(
    open_gallery: Callable[..., Page], *, phone: bool, scheme: str
) -> None:
    page = open_gallery(people=6, phone=phone, scheme=scheme)
    page.evaluate(
        "document.querySelectorAll('details:not(.menu)').forEach(d => d.open = true)"
    )

    assert_accessible(page)
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0


def test_coverage_says_each_half_hour_to_the_keyboard(
    open_gallery: Callable[..., Page],
) -> None:
    cursor = open_gallery().locator("#cov .coverage-cursor")

    cursor.focus()
    expect(cursor).to_have_attribute(
        "aria-valuetext",
        "11:30–12:00: 21 needed, 18 on the phones, 5 at lunch, "
        "expected service level 67%",
    )
    cursor.press("ArrowLeft")
    expect(cursor).to_have_attribute("aria-valuenow", "6")
    cursor.press("PageDown")
    expect(cursor).to_have_attribute("aria-valuenow", "7")


def test_coverage_labels_the_missing_and_says_when_new_data_comes(
    open_gallery: Callable[..., Page],
) -> None:
    page = open_gallery()
    labels = page.locator("#cov .coverage-missing")
    expect(labels).to_have_text(["−3"])

    page.evaluate(
        "data => document.querySelector('#cov').data = data", demo.coverage(shortfall=1)
    )

    expect(labels).to_have_text(["−1"])
    expect(page.locator("#live")).to_have_text(
        "2 of 20 intervals fall short, by 1 at most."
    )


def test_dragging_a_lunch_snaps_posts_and_updates_the_coverage(
    open_gallery: Callable[..., Page],
) -> None:
    page = open_gallery()
    lunch = page.locator("#rota [data-id='l0-0']")
    lunch.scroll_into_view_if_needed()
    box = lunch.bounding_box()
    assert box is not None
    half_hour = box["width"]

    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 5 + half_hour * 1.1, box["y"] + 5, steps=4)
    expect(page.locator("#rota .tl-ghost")).to_be_visible()
    page.mouse.up()

    expect(lunch).to_have_attribute("aria-label", "Ayşe Yılmaz, Lunch, 12:00–12:30")
    expect(page.locator("#flashes")).to_have_text("Moved.")
    expect(page.locator("#cov .coverage-missing")).to_have_text(["−1"])


def test_a_refused_move_goes_back_and_says_why(
    open_gallery: Callable[..., Page],
) -> None:
    page = open_gallery()
    lunch = page.locator("#rota [data-id='l1-0']")

    lunch.press("Enter")
    for _step in range(12):
        page.keyboard.press("ArrowRight")
    expect(lunch).to_have_attribute("aria-label", "Mehmet Kaya, Lunch, 15:00–15:30")
    page.keyboard.press("Enter")

    expect(page.locator("#flashes")).to_have_text("Lunch begins before 15:00.")
    expect(lunch).to_have_attribute("aria-label", "Mehmet Kaya, Lunch, 12:00–12:30")
    expect(lunch).to_be_focused()


def test_escape_puts_a_taken_bar_back_and_a_fixed_one_is_never_taken(
    open_gallery: Callable[..., Page],
) -> None:
    page = open_gallery()
    free, fixed = (page.locator(f"#rota [data-id='l{n}-0']") for n in (1, 6))

    free.press("Enter")
    page.keyboard.press("ArrowLeft")
    expect(free).to_have_attribute("aria-label", "Mehmet Kaya, Lunch, 11:45–12:15")
    page.keyboard.press("Escape")
    expect(free).to_have_attribute("aria-label", "Mehmet Kaya, Lunch, 12:00–12:30")

    fixed.press("Enter")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#rota .is-held")).to_have_count(0)


def test_a_lunch_stays_within_its_shift(open_gallery: Callable[..., Page]) -> None:
    page = open_gallery()
    lunch = page.locator("#rota [data-id='l0-0']")

    lunch.press("Enter")
    for _step in range(60):
        page.keyboard.press("ArrowRight")

    expect(lunch).to_have_attribute("aria-label", "Ayşe Yılmaz, Lunch, 16:30–17:00")


def test_of_240_people_only_those_in_view_are_drawn(
    open_gallery: Callable[..., Page],
) -> None:
    page = open_gallery()
    rows = page.locator("#week .tl-row")
    assert rows.count() < 60

    page.evaluate("document.querySelector('#week .tl-scroller').scrollTop = 6000")

    expect(page.locator("#week .tl-row[data-row='220']")).to_be_attached()
    assert rows.count() < 60


def test_the_transcript_follows_the_call_and_seeks_it(
    open_gallery: Callable[..., Page],
) -> None:
    page = open_gallery()
    at = "Math.round(10 * document.querySelector('#call audio').currentTime)"
    page.wait_for_function("document.querySelector('#call audio').duration > 59")

    page.locator("#main").press("n")
    page.wait_for_function(f"{at} === 3")
    expect(page.locator(".word.is-spoken")).to_have_text("Çağrı")
    page.keyboard.press("n")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"{at} === 213")
    page.locator(".turn-time").nth(1).click()
    page.wait_for_function(f"{at} >= 80 && {at} < 100")
    expect(page.locator("#call .player-play")).to_have_text("Pause")
    page.keyboard.press("k")
    expect(page.locator("#call .player-play")).to_have_text("Play")


def test_a_table_sorts_in_turkish_order_and_by_number(
    open_gallery: Callable[..., Page],
) -> None:
    page = open_gallery()
    page.evaluate("document.documentElement.lang = 'tr'")
    names = page.locator("table[data-sort] tbody th")

    page.get_by_role("button", name="Temsilci").click()
    expect(names).to_have_text(
        ["Ayşe Yılmaz", "Çiğdem Ünal", "İbrahim Kılıç", "Şerife Kurt"]
    )
    page.get_by_role("button", name="Kalan izin").click()
    expect(names.first).to_have_text("İbrahim Kılıç")
    page.get_by_role("button", name="Kalan izin").click()
    expect(names.first).to_have_text("Şerife Kurt")
    heading = page.get_by_role("columnheader", name="Kalan izin")
    expect(heading).to_have_attribute("aria-sort", "descending")


def test_a_dialog_takes_focus_and_gives_it_back(
    open_gallery: Callable[..., Page],
) -> None:
    page = open_gallery()
    opener = page.get_by_role("button", name="Yemek molası öner")

    opener.click()
    expect(page.get_by_role("dialog", name="Yemek molası öner")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_the_theme_changes_at_once_and_is_kept(
    open_gallery: Callable[..., Page],
) -> None:
    page = open_gallery()
    page.locator("summary[title='Theme']").click()
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="Dark").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_phone_opens_the_desks_as_a_drawer(
    open_gallery: Callable[..., Page],
) -> None:
    page = open_gallery(phone=True)
    desks = page.locator("#side")
    expect(desks).not_to_be_visible()

    page.get_by_role("link", name="Menu", exact=True).click()
    expect(desks).to_be_visible()
    page.keyboard.press("Escape")

    expect(desks).not_to_be_visible()


def test_paper_has_no_shell_all_rows_and_who_printed(
    open_gallery: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_gallery(scheme="dark")

    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    page.emulate_media(media="print")

    expect(page.locator("#side")).not_to_be_visible()
    expect(page.locator(".print-foot")).to_contain_text("Printed by")
    assert (tmp_path / "page.pdf").read_bytes().count(b"/Type /Page\n") > 4

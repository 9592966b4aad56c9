import json

import pytest
from click.testing import CliRunner

from tests.webapp.conftest import NOW
from webapp import db
from webapp.cli import report
from webapp.services.demo import demand, filling
from webapp.settings import Settings

WHEN = filling.Today(now=NOW, zone="Europe/Istanbul")


@pytest.fixture
def centre(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> "pytest.MonkeyPatch":
    """Fill the calls of one queue, and let the command find them."""
    db.connect(settings.url)
    with db.transaction() as session:
        filling.open_centre(session, WHEN)
        filling.import_history(session, demand.LINES[0], WHEN)
    monkeypatch.setattr(report, "settings", lambda: settings)
    return monkeypatch


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(report.report_command, arguments)
    db.current().close()
    return done.exit_code, done.output


@pytest.mark.slow
@pytest.mark.usefixtures("centre")
def test_a_days_figures_are_those_of_the_file() -> None:
    day = demand.calls_of(demand.LINES[0], WHEN.monday)
    assert day is not None
    only = ("--from", WHEN.monday.isoformat(), "--to", WHEN.monday.isoformat())

    status, text = run("--queue", "vergi", *only, "--json")

    (monday, total) = json.loads(text)
    assert status == 0
    assert monday["offered"] == total["offered"] == day.offered.sum()
    assert monday["abandoned"] == day.abandoned.sum()
    answered = day.offered - day.abandoned
    assert monday["aht_s"] == pytest.approx(
        (answered * day.aht_s).sum() / answered.sum()
    )


@pytest.mark.slow
@pytest.mark.usefixtures("centre")
def test_intervals_and_a_table_are_printed() -> None:
    only = ("--from", WHEN.monday.isoformat(), "--to", WHEN.monday.isoformat())

    status, text = run("--queue", "vergi", *only, "--by", "interval")

    assert status == 0
    assert text.count(WHEN.monday.isoformat()) == 18
    assert "service_level" in text


@pytest.mark.slow
@pytest.mark.usefixtures("centre")
def test_a_queue_without_calls_says_how_to_bring_them_in() -> None:
    status, text = run("--queue", "emlak")

    assert status == 1
    assert "vardiya import intervals FILE --queue emlak" in text

"""`vardiya import`, `forecast`, `backtest` and `simulate` as a person types them."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.webapp.cli.conftest import Vardiya
from tests.webapp.planning import MONDAY, add_queue
from webapp import db
from webapp.services import schema

pytestmark = pytest.mark.slow


@pytest.fixture
def centre(tmp_path: Path) -> None:
    """Make the database of the data folder that the commands use, with one queue."""
    database = db.connect(f"sqlite:///{tmp_path / 'data' / 'vardiya.db'}")
    schema.upgrade(database)
    with db.transaction() as session:
        add_queue(session)
    database.close()


def written(folder: Path, weeks: int = 6) -> Path:
    """Write a history of weekdays from 09:00 to 16:30 that ends before MONDAY."""
    lines = ["DateTime,Calls"]
    for back in range(7 * weeks, 0, -1):
        day = MONDAY - timedelta(days=back)
        for half in range(18, 33) if day.weekday() < 5 else ():
            at = f"{day.isoformat()} {half // 2:02d}:{half % 2 * 30:02d}"
            lines.append(f"{at},{_calls(day, half)}")
    path = folder / "history.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _calls(day: date, half: int) -> int:
    noise = (day.toordinal() * 37 + half * 11) % 13
    return 30 + 5 * day.weekday() + (half % 9) * 4 + noise


def test_a_history_is_run_dry_then_taken_in_then_the_same(
    centre: None, vardiya: Vardiya, tmp_path: Path
) -> None:
    path = written(tmp_path)
    with path.open("a") as file:
        file.write("2026-11-20 17:00,many\n")

    def counts(*options: str) -> list[int]:
        done = vardiya(
            "import", "intervals", path, "--queue", "vergi", "--json", *options
        )
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        (line,) = found["bad_lines"]
        assert (line["column"], line["value"]) == ("Calls", "many")
        assert line["reason"] == "“many” is no number."
        return [found["rows_new"], found["rows_changed"], found["rows_same"]]

    rows = 6 * 5 * 15
    assert counts("--dry-run") == [rows, 0, 0]
    assert counts() == [rows, 0, 0]
    assert counts() == [0, 0, rows]


def test_a_forecast_is_stored_and_printed(
    centre: None, vardiya: Vardiya, tmp_path: Path
) -> None:
    path = written(tmp_path)
    assert vardiya("import", "intervals", path, "--queue", "vergi").returncode == 0

    done = vardiya(
        *("forecast", "--queue", "vergi", "--from", MONDAY.isoformat()),
        *("--days", "5", "--json"),
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["forecast_id"], found["learnt_until"]) == (1, "2026-11-20")
    assert len(found["intervals"]) == 5 * 48
    busy = [row for row in found["intervals"] if row["calls"] > 0]
    assert len(busy) == 5 * 15
    for row in busy:
        assert row["low"] <= row["calls"] <= row["high"]
        assert row["agents"] * 1800 > row["calls"] * row["aht_s"]
        assert row["service_level"] >= 0.8


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--queue", "nobody", "--from", "2026-11-23"], "there is no queue nobody"),
        (["--queue", "vergi", "--from", "2026-11-23"], "No calls of Vergi are known"),
    ],
)
def test_what_cannot_be_forecast_ends_with_status_1(
    centre: None, vardiya: Vardiya, arguments: list[str], said: str
) -> None:
    done = vardiya("forecast", *arguments)

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_table_ends_with_status_1(
    centre: None, vardiya: Vardiya, tmp_path: Path
) -> None:
    path = tmp_path / "history.pdf"
    path.write_bytes(b"%PDF-1.7")

    done = vardiya("import", "intervals", path, "--queue", "vergi")

    assert done.returncode == 1
    assert "Save it as CSV or XLSX" in done.stdout


def test_a_backtest_needs_no_database(vardiya: Vardiya, tmp_path: Path) -> None:
    path = written(tmp_path, weeks=12)

    done = vardiya(
        "backtest", path, "--horizon-days", "2", "--last-days", "10", "--json"
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["days"] == 10
    assert 0 < found["wape"] < 0.12
    assert 0 <= found["coverage_80"] <= 1
    assert set(found["baselines"]) == {"seasonal_naive", "weekday_mean_4"}
    assert found["method"] in found["methods"]
    assert not (tmp_path / "data").exists()


def test_the_last_same_weekday_is_scored_as_anyone_can_reckon_it(
    vardiya: Vardiya, tmp_path: Path
) -> None:
    path = written(tmp_path, weeks=12)

    done = vardiya(
        "backtest", path, "--horizon-days", "5", "--last-days", "5", "--json"
    )

    last = [MONDAY - timedelta(days=n) for n in range(3, 8)]
    pairs = [
        (_calls(day, half), _calls(day - timedelta(days=7), half))
        for day in last
        for half in range(18, 33)
    ]
    wape = sum(abs(a - b) for a, b in pairs) / sum(a for a, _ in pairs)
    naive = json.loads(done.stdout)["baselines"]["seasonal_naive"]
    assert naive["wape"] == pytest.approx(wape)


def test_a_simulation_holds_the_formula_and_repeats_itself(vardiya: Vardiya) -> None:
    arguments = [
        *("simulate", "--calls", "100", "--aht", "180", "--agents", "13"),
        *("--days", "40", "--seed", "7", "--json"),
    ]

    first, second = vardiya(*arguments), vardiya(*arguments)

    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    level = json.loads(first.stdout)["service_level"]
    done = vardiya(
        "erlang", "--calls", "100", "--aht", "180", "--agents", "13", "--json"
    )
    expected = json.loads(done.stdout)["service_level"]
    assert level["mean"] == pytest.approx(expected, abs=3 * level["half_width_95"])

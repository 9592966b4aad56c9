"""The real files, whole: what the history shows agrees with the files themselves."""

import csv
import gzip
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from forecasting.forecast import make_forecast
from tests.webapp.conftest import NOW
from tests.webapp.planning import ZONE
from webapp import db
from webapp.models.demand import ImportBatch, Queue
from webapp.services import forecasts, history_pages, ingest, schema
from webapp.services.import_findings import Report
from webapp.services.import_reading import Choices, read

pytestmark = pytest.mark.slow

NEVER = "0:00:00"
HALF_HOUR = 1800


@pytest.fixture
def queue(sqlite_url: str) -> Queue:
    schema.upgrade(db.connect(sqlite_url))
    with db.transaction() as session:
        queue = Queue(code="bank", name="Bank", closes_on_holidays=False)
        session.add(queue)
        session.flush()
        return queue


def take(queue: Queue, path: Path, *, is_calls: bool) -> ImportBatch:
    choices = Choices(is_calls=is_calls)
    found = read(path.read_bytes(), path.name, choices)
    assert not isinstance(found, Report)
    origin = ingest.Origin(file_name=path.name, sha256="0" * 64, by=None)
    with db.transaction() as session:
        own = session.get_one(Queue, queue.id)
        return ingest.take_in(session, own, found, choices, origin, zone=ZONE, now=NOW)


def seconds(clock: str) -> int:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


class Tally:
    """One half hour as anyone would count it with the file in hand."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.services: list[float] = []
        self.abandoned = 0

    @property
    def offered(self) -> int:
        return len(self.waits) + self.abandoned


def tallies(path: Path) -> dict[datetime, Tally]:
    """Count every call of the file in the half hour in which it began to wait."""
    found: dict[datetime, Tally] = defaultdict(Tally)
    with gzip.open(path, "rt", encoding="ascii") as file:
        for row in csv.DictReader(file):
            has_queued = row["q_start"] != NEVER
            is_answered = row["outcome"] == "AGENT"
            if row["outcome"] == "PHANTOM" or not (has_queued or is_answered):
                continue
            begins = seconds(row["q_start"] if has_queued else row["vru_exit"])
            if begins < seconds(row["vru_entry"]) - 43_200:
                begins += 86_400
            day = datetime.fromisoformat(row["date"]).replace(tzinfo=ZoneInfo(ZONE))
            slot = begins // HALF_HOUR * HALF_HOUR
            tally = found[(day + timedelta(seconds=slot)).astimezone(UTC)]
            if is_answered:
                tally.waits.append(float(row["q_time"]) if has_queued else 0.0)
                tally.services.append(float(row["ser_time"]))
            else:
                tally.abandoned += 1
    return found


def test_august_1999_agrees_with_its_file_in_every_half_hour(
    queue: Queue, shared: Path
) -> None:
    path = shared / "data" / "bank_1999_august_calls.csv.gz"
    batch = take(queue, path, is_calls=True)
    assert (batch.rows_new, batch.rows_refused) == (42_078, 0)

    with db.reading() as session:
        own = session.get_one(Queue, queue.id)
        first, last = date(2010, 8, 1), date(2010, 8, 31)
        lines = history_pages.intervals(session, own, first, last, zone=ZONE)

    expected = tallies(path)
    assert len(lines) == 31 * 48
    assert expected.keys() <= {line.starts_at for line in lines}
    for line in lines:
        tally, shown = expected.get(line.starts_at, Tally()), line.measures
        answered = len(tally.waits)
        assert (shown.offered, shown.answered) == (tally.offered, answered)
        if not tally.offered:
            assert shown.service_level is shown.abandon_rate is None
            continue
        in_time = sum(wait <= 20 for wait in tally.waits)
        assert shown.service_level == pytest.approx(in_time / tally.offered)
        assert shown.abandon_rate == pytest.approx(tally.abandoned / tally.offered)
        if answered:
            assert shown.asa_s == pytest.approx(sum(tally.waits) / answered)
            assert shown.aht_s == pytest.approx(sum(tally.services) / answered)
        else:
            assert shown.asa_s is shown.aht_s is None


def test_the_same_calls_again_change_nothing(queue: Queue, shared: Path) -> None:
    path = shared / "data" / "bank_1999_august_calls.csv.gz"
    take(queue, path, is_calls=True)

    again = take(queue, path, is_calls=True)

    assert (again.rows_new, again.rows_changed, again.rows_same) == (0, 0, 42_078)


def test_the_bank_of_2003_goes_in_and_is_forecast_better_than_by_copying(
    queue: Queue, shared: Path
) -> None:
    batch = take(queue, shared / "data" / "bank_calls.csv", is_calls=False)
    assert (batch.rows_new, batch.rows_refused) == (27_716, 0)

    with db.transaction() as session:
        own = session.get_one(Queue, queue.id)
        given = forecasts.input_for(
            session, own, first_day=date(2003, 10, 27), days=7, zone=ZONE
        )
        made = make_forecast(given.history, given.calendar, given.grid)
        stored = forecasts.store(
            session, queue=own, given=given, made=made, by=None, now=NOW
        )

    wapes = {score["name"]: score["wape"] for score in stored.scores["methods"]}
    assert wapes[stored.model] == min(wapes.values()) < wapes["seasonal_naive"]
    assert stored.provenance["parameters"]["aht"] == "queue_default"

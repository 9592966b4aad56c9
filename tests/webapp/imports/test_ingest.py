"""Files of history, taken in through the service on both databases."""

import gzip
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.webapp.conftest import NOW
from tests.webapp.planning import ZONE, add_queue
from webapp import db
from webapp.models.audit import AuditEntry
from webapp.models.demand import (
    CallOutcome,
    CallRecord,
    ImportBatch,
    IntervalActual,
    Queue,
)
from webapp.services import histories, ingest
from webapp.services.errors import Refused
from webapp.services.import_findings import Report
from webapp.services.import_reading import Choices, read
from webapp.services.ingest import Origin

INTERVALS = """Tarih;Saat;Gelen Çağrı;Cevaplanan;Kaçan;Ort. Ele Alma Süresi
16.11.2026;08:30;12;11;1;180,5
16.11.2026;09:00;20;18;2;200
16.11.2026;09:30;x;3;1;200
16.11.2026;10:30;7;7;0;150
"""
CALLS = """call_id,queue,entered_at,wait_s,outcome,agent,service_s
1,tax,2026-11-16 08:31:00,10,answered,ayse,100
2,tax,2026-11-16 08:40:00,30,answered,ali,200
3,tax,2026-11-16 08:59:59,45,abandoned,,
4,tax,2026-11-16 09:00:00,0,answered,ayse,60
5,tax,2026-11-17 16:10:00,5,ivr,,
"""


@pytest.fixture
def queue(any_database: db.Database) -> Queue:
    with db.transaction() as session:
        return add_queue(session)


def dry(queue: Queue, text: str | bytes, **choices: object) -> Report:
    said = Choices(**choices)  # type: ignore[arg-type]
    found = read(_bytes(text), "file.csv", said)
    with db.reading() as session:
        own = session.get_one(Queue, queue.id)
        return ingest.dry_run(session, own, found, said, zone=ZONE)


def take(queue: Queue, text: str | bytes, **choices: object) -> ImportBatch:
    said = Choices(**choices)  # type: ignore[arg-type]
    found = read(_bytes(text), "file.csv", said)
    assert not isinstance(found, Report), found.refusal
    with db.transaction() as session:
        return ingest.take_in(
            session,
            session.get_one(Queue, queue.id),
            found,
            said,
            Origin(file_name="file.csv", sha256="0" * 64, by=None),
            zone=ZONE,
            now=NOW,
        )


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def stored(queue: Queue) -> list[IntervalActual]:
    with db.reading() as session:
        return list(
            session.scalars(
                sa.select(IntervalActual)
                .where(IntervalActual.queue_id == queue.id)
                .order_by(IntervalActual.starts_at)
            )
        )


def counts(batch: ImportBatch | Report) -> tuple[int, int, int, int]:
    return (batch.rows_new, batch.rows_changed, batch.rows_same, batch.rows_refused)


def local(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=3)


def test_good_lines_are_taken_and_the_bad_one_is_named(queue: Queue) -> None:
    report = dry(queue, INTERVALS)

    assert counts(report) == (3, 0, 0, 1)
    assert [(line.line, line.column, line.value) for line in report.bad_lines] == [
        (4, "Gelen Çağrı", "x")
    ]
    assert stored(queue) == []

    assert counts(take(queue, INTERVALS)) == (3, 0, 0, 1)
    rows = stored(queue)
    assert [row.starts_at for row in rows] == [
        local(16, 8, 30),
        local(16, 9, 0),
        local(16, 10, 30),
    ]
    assert [row.offered for row in rows] == [12, 20, 7]
    assert [row.aht_s for row in rows] == [180.5, 200, 150]


def test_a_gap_is_not_a_zero(queue: Queue) -> None:
    take(queue, INTERVALS)

    with db.reading() as session:
        own = session.get_one(Queue, queue.id)
        known = histories.history(session, own, zone=ZONE)

    assert known is not None
    half_past_nine = known.grid.index_of(local(16, 9, 30))
    assert not known.known[half_past_nine]
    assert known.known.sum() == 3


def test_the_same_file_twice_changes_nothing(queue: Queue) -> None:
    first = take(queue, INTERVALS)
    before = [(row.id, row.offered, row.batch_id) for row in stored(queue)]

    assert counts(dry(queue, INTERVALS)) == (0, 0, 3, 1)
    assert counts(take(queue, INTERVALS)) == (0, 0, 3, 1)

    assert [(row.id, row.offered, row.batch_id) for row in stored(queue)] == before
    assert {batch for _, _, batch in before} == {first.id}


def test_a_corrected_file_changes_only_what_changed(queue: Queue) -> None:
    first = take(queue, INTERVALS)
    corrected = INTERVALS.replace("09:00;20;18;2;200", "09:00;21;19;2;200")

    second = take(queue, corrected)

    assert counts(second) == (0, 1, 2, 1)
    assert [(row.offered, row.batch_id) for row in stored(queue)] == [
        (12, first.id),
        (21, second.id),
        (7, first.id),
    ]
    with db.reading() as session:
        entry = session.scalars(
            sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
        ).one()
    assert entry.action == "history.imported"
    assert entry.details["changes"] == [
        {
            "key": local(16, 9, 0).isoformat(),
            "was": {"offered": 20.0, "answered": 18.0},
            "is": {"offered": 21.0, "answered": 19.0},
        }
    ]


def test_a_file_that_says_less_takes_nothing_away(queue: Queue) -> None:
    take(queue, INTERVALS)

    batch = take(
        queue, "Tarih;Saat;Gelen Çağrı\n16.11.2026;08:30;12\n16.11.2026;09:00;22\n"
    )

    assert counts(batch) == (0, 1, 1, 0)
    assert [row.aht_s for row in stored(queue)] == [180.5, 200, 150]


def test_one_bad_line_keeps_the_file_out_where_a_person_wants_that(
    queue: Queue,
) -> None:
    with pytest.raises(Refused) as refused:
        take(queue, INTERVALS, all_or_nothing=True)

    assert (refused.value.code, refused.value.params) == (
        "bad_lines_refused",
        {"count": 1},
    )
    assert stored(queue) == []


def test_shorter_intervals_add_up_to_the_queues(queue: Queue) -> None:
    lines = [f"16.11.2026 09:{minute:02d};{minute}" for minute in range(0, 60, 5)]
    take(queue, "DateTime;Calls\n" + "\n".join(lines) + "\n")

    with db.reading() as session:
        own = session.get_one(Queue, queue.id)
        day = date(2026, 11, 16)
        found = histories.figures(session, own, day, day, zone=ZONE)

    assert found.grid.minutes == 30
    at = found.grid.index_of(local(16, 9, 0))
    assert found.offered[at : at + 2].tolist() == [75, 255]
    assert sum(value == value for value in found.offered.tolist()) == 2


@pytest.mark.parametrize(
    ("text", "choices", "code"),
    [
        (
            "DateTime;Calls\n16.11.2026 09:00;1\n16.11.2026 10:00;2\n",
            {},
            "interval_does_not_fit",
        ),
        (
            "DateTime;Calls\n16.11.2026 09:00;1\n16.11.2026 09:30;2\n",
            {"zone": "Asia/Kathmandu"},
            "off_the_clock",
        ),
        (
            (
                "Kuyruk;DateTime;Calls\nA;16.11.2026 09:00;1\nA;16.11.2026 09:30;1\n"
                "B;16.11.2026 09:30;2\n"
            ),
            {},
            "file_queues",
        ),
        (
            "Kuyruk;DateTime;Calls\nA;16.11.2026 09:00;1\nA;16.11.2026 09:30;2\n",
            {"file_queue": "C"},
            "no_such_file_queue",
        ),
    ],
)
def test_lines_that_do_not_fit_the_queue_are_refused_by_name(
    queue: Queue, text: str, choices: dict[str, str], code: str
) -> None:
    report = dry(queue, text, **choices)

    assert report.refusal is not None
    assert report.refusal["code"] == code
    with pytest.raises(Refused, match=code):
        take(queue, text, **choices)


def test_figures_of_the_queues_own_name_are_taken_from_a_file_of_several(
    queue: Queue,
) -> None:
    text = (
        "Kuyruk;DateTime;Calls\nVERGİ;16.11.2026 09:00;1\nVERGİ;16.11.2026 09:30;2\n"
        "Emlak;16.11.2026 09:00;50\n"
    )

    batch = take(queue, text)

    assert batch.rows_new == 2
    assert [row.offered for row in stored(queue)] == [1, 2]


def test_a_day_has_figures_by_one_length_only(queue: Queue) -> None:
    take(queue, INTERVALS)
    finer = "DateTime;Calls\n16.11.2026 15:00;1\n16.11.2026 15:05;2\n"

    report = dry(queue, finer + "16.11.2026 07:05;2\n")

    assert report.refusal is not None
    assert report.refusal["code"] == "other_intervals_there"
    assert report.refusal["params"]["day"] == "2026-11-16"


def test_calls_become_records_and_figures_of_their_days(queue: Queue) -> None:
    assert counts(take(queue, CALLS, is_calls=True)) == (5, 0, 0, 0)

    with db.reading() as session:
        calls = list(session.scalars(sa.select(CallRecord).order_by(CallRecord.id)))
    assert [call.outcome for call in calls] == [
        CallOutcome.ANSWERED,
        CallOutcome.ANSWERED,
        CallOutcome.ABANDONED,
        CallOutcome.ANSWERED,
        CallOutcome.NOT_OFFERED,
    ]
    assert [call.wait_s for call in calls] == [10, 30, 45, 0, None]
    rows = {row.starts_at: row for row in stored(queue)}
    assert len(rows) == 2 * 48
    half_past = rows[local(16, 8, 30)]
    assert (half_past.offered, half_past.answered, half_past.abandoned) == (3, 2, 1)
    assert (half_past.answered_in_time, half_past.wait_s) == (1, 40)
    assert half_past.aht_s == 150
    assert rows[local(17, 16, 0)].offered == 0
    assert rows[local(16, 3, 0)].offered == 0


def test_the_same_calls_twice_change_nothing_and_a_corrected_one_its_half_hour(
    queue: Queue,
) -> None:
    first = take(queue, CALLS, is_calls=True)

    assert counts(take(queue, CALLS, is_calls=True)) == (0, 0, 5, 0)
    assert {row.batch_id for row in stored(queue)} == {first.id}

    corrected = CALLS.replace("08:40:00,30,answered", "08:40:00,15,answered")
    second = take(queue, corrected, is_calls=True)

    assert counts(second) == (0, 1, 4, 0)
    changed = [row for row in stored(queue) if row.batch_id == second.id]
    assert [(row.starts_at, row.answered_in_time) for row in changed] == [
        (local(16, 8, 30), 2)
    ]


def test_later_calls_of_a_known_day_add_to_its_figures(queue: Queue) -> None:
    lines = CALLS.splitlines(keepends=True)
    take(queue, "".join(lines[:3]), is_calls=True)

    take(queue, lines[0] + "".join(lines[3:]), is_calls=True)

    rows = {row.starts_at: row for row in stored(queue)}
    assert rows[local(16, 8, 30)].offered == 3
    assert rows[local(16, 9, 0)].offered == 1


def test_a_report_survives_being_kept(queue: Queue) -> None:
    report = dry(queue, gzip.compress(INTERVALS.encode()))

    again = Report.from_json(report.to_json())

    assert again.bad_lines == report.bad_lines
    assert again.layout["compressed"] is True
    assert [list(day) for day in again.days] == [["2026-11-16", 39.0, None]]


def test_a_file_that_is_no_table_says_what_it_is(queue: Queue) -> None:
    report = dry(queue, b"%PDF-1.7 ...")

    assert report.refusal == {
        "package": "forecasting",
        "code": "file_not_a_table",
        "params": {"file": "file.csv", "got": "pdf"},
    }


def test_a_missing_column_lists_what_the_file_has(queue: Queue) -> None:
    report = dry(queue, "When;How many\n16.11.2026 09:00;1\n16.11.2026 09:30;1\n")

    assert report.refusal is not None
    assert report.refusal["code"] == "file_missing_column"
    assert report.header == ("When", "How many")

    mapped = {"columns": {"start": "When", "offered": "How many"}}
    assert (
        dry(
            queue, "When;How many\n16.11.2026 09:00;1\n16.11.2026 09:30;1\n", **mapped
        ).rows_new
        == 2
    )

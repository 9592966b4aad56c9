import gzip
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.call_file import CallOptions, read_calls
from forecasting.calls import CallOutcome, CallRecord, CallRecords
from forecasting.clocks import RepeatedHour
from forecasting.errors import InvalidArgumentError
from forecasting.findings import FileRefusedError, LineCode, NoticeCode
from forecasting.table import read_table
from tests.forecasting.builders_files import (
    BANK_HEADER,
    HUNG_UP_IN_MENU,
    PHANTOM,
    QUEUED,
    QUEUED_AND_SERVED,
    SERVED_AT_ONCE,
    bank_calls_of,
    calls_of,
    delimited,
    shared_file,
    unpacked,
)

BANK_FILE = "bank_1999_august_calls.csv.gz"


def noticed(calls: CallRecords, code: NoticeCode) -> tuple[int, ...]:
    found = [notice.lines for notice in calls.notices if notice.code is code]
    return found[0] if found else ()


def local(day: str, clock: str) -> datetime:
    """Return an instant of the bank's January clocks, two hours before UTC."""
    return datetime.fromisoformat(f"{day}T{clock}+02:00")


def with_fields(line: str, **fields: str) -> str:
    """Return a bank line with some fields replaced; "_" in a name means "+"."""
    names = [name.replace("+", "_") for name in BANK_HEADER.split(",")]
    values = dict(zip(names, line.split(","), strict=True)) | fields
    return ",".join(values.values())


@pytest.mark.parametrize(
    ("line", "outcome", "entered", "wait_s", "service_s", "agent"),
    [
        (QUEUED, "abandoned", local("1999-01-01", "00:00:36"), 153, None, ""),
        (SERVED_AT_ONCE, "answered", local("1999-01-01", "00:34:23"), 0, 118, "MICHAL"),
        (
            QUEUED_AND_SERVED,
            "answered",
            local("1999-01-01", "06:55:26"),
            17,
            54,
            "TOVA",
        ),
        (
            HUNG_UP_IN_MENU,
            "not_offered",
            local("1999-01-01", "07:00:40"),
            None,
            None,
            "",
        ),
        (PHANTOM, "phantom", local("1999-01-01", "07:10:05"), None, None, ""),
    ],
)
def test_each_kind_of_bank_call_is_told(
    line: str,
    outcome: str,
    entered: datetime,
    wait_s: float | None,
    service_s: float | None,
    agent: str,
) -> None:
    (record,) = bank_calls_of(line)

    got = (record.outcome, record.entered_at, record.wait_s, record.service_s)
    assert got == (outcome, entered, wait_s, service_s)
    assert record.agent == agent


def test_a_call_that_hangs_up_in_its_first_second_of_queueing_is_abandoned() -> None:
    line = with_fields(QUEUED, q_exit="0:00:36", q_time="0")

    (record,) = bank_calls_of(line)

    assert (record.outcome, record.wait_s) == (CallOutcome.ABANDONED, 0)


def test_a_call_that_queues_at_midnight_sharp_has_queued() -> None:
    line = with_fields(
        QUEUED,
        vru_entry="23:59:50",
        vru_exit="0:00:00",
        q_start="0:00:00",
        q_exit="0:00:30",
        q_time="30",
    )

    (record,) = bank_calls_of(line)

    assert (record.outcome, record.wait_s) == (CallOutcome.ABANDONED, 30)
    assert record.entered_at == local("1999-01-02", "00:00:00")


@pytest.mark.parametrize(
    ("vru_entry", "vru_exit", "q_start", "entered"),
    [
        ("23:59:00", "23:59:10", "23:59:10", local("1999-01-01", "23:59:10")),
        ("23:59:00", "23:59:55", "0:00:03", local("1999-01-02", "00:00:03")),
        ("23:59:00", "0:00:03", "0:00:03", local("1999-01-02", "00:00:03")),
        ("12:04:42", "12:03:15", "12:03:15", local("1999-01-01", "12:03:15")),
        ("0:00:05", "23:59:50", "23:59:50", local("1998-12-31", "23:59:50")),
    ],
)
def test_midnight_may_lie_between_any_two_moments(
    vru_entry: str, vru_exit: str, q_start: str, entered: datetime
) -> None:
    line = with_fields(
        QUEUED_AND_SERVED, vru_entry=vru_entry, vru_exit=vru_exit, q_start=q_start
    )

    (record,) = bank_calls_of(line)

    assert record.entered_at == entered


def test_what_is_odd_about_a_bank_call_is_noted_and_kept() -> None:
    calls = bank_calls_of(
        with_fields(SERVED_AT_ONCE, call_id="1", ser_time="36291"),
        with_fields(SERVED_AT_ONCE, call_id="2", ser_time="0"),
        with_fields(QUEUED, call_id="3", ser_time="9"),
        with_fields(QUEUED_AND_SERVED, call_id="4", q_time="60"),
        with_fields(QUEUED_AND_SERVED, call_id="5", vru_exit="6:54:00"),
        with_fields(HUNG_UP_IN_MENU, call_id="6"),
        with_fields(PHANTOM, call_id="7"),
    )

    assert len(calls) == 7
    assert calls.errors == ()
    assert calls.service_s[0] == 36_291
    for code, line in (
        (NoticeCode.LONG_SERVICE, 2),
        (NoticeCode.NO_SERVICE_TIME, 3),
        (NoticeCode.SERVICE_WITHOUT_ANSWER, 4),
        (NoticeCode.NEGATIVE_MENU_TIME, 6),
        (NoticeCode.NOT_OFFERED, 7),
        (NoticeCode.PHANTOM, 8),
    ):
        assert noticed(calls, code) == (line,)
    assert 5 in noticed(calls, NoticeCode.DURATION_DISAGREES)


@pytest.mark.parametrize(
    ("fields", "column", "code"),
    [
        ({"date": "1999-02-30"}, "date", LineCode.BAD_DATE),
        ({"date": ""}, "date", LineCode.MISSING_VALUE),
        ({"vru_entry": "24:61:00"}, "vru_entry", LineCode.BAD_TIME),
        ({"vru_exit": "x"}, "vru_exit", LineCode.BAD_TIME),
        ({"q_time": ""}, "q_time", LineCode.MISSING_VALUE),
        ({"q_time": "-4"}, "q_time", LineCode.NEGATIVE),
        ({"ser_time": "nan"}, "ser_time", LineCode.NOT_FINITE),
        ({"outcome": "LOST"}, "outcome", LineCode.BAD_OUTCOME),
        ({"priority": "high"}, "priority", LineCode.BAD_NUMBER),
    ],
)
def test_a_bad_bank_line_is_named(
    fields: dict[str, str], column: str, code: LineCode
) -> None:
    bad = with_fields(QUEUED_AND_SERVED, **fields)

    calls = bank_calls_of(SERVED_AT_ONCE, bad, QUEUED)

    assert [(e.line, e.column, e.code) for e in calls.errors] == [(3, column, code)]
    assert calls.errors[0].value == fields[column]
    assert calls.lines.tolist() == [2, 4]


def test_the_customer_number_is_not_read() -> None:
    calls = bank_calls_of(QUEUED)

    assert "customer_id" in calls.layout.unused
    assert "9664491" not in repr(list(calls))


def test_the_same_call_has_the_same_key_in_any_order_and_format() -> None:
    lines = [QUEUED, SERVED_AT_ONCE, QUEUED_AND_SERVED]
    rows = [BANK_HEADER.split(","), *(line.split(",") for line in reversed(lines))]
    turned = [[*row[5:], *row[:5]] for row in rows]
    turned = [[cell.replace("1999-01-01", "01.01.1999") for cell in r] for r in turned]
    data = delimited(turned, ";", "\r\n").encode("utf-16")

    again = read_calls(read_table(data, "x"), CallOptions(zone="Asia/Jerusalem"))

    assert sorted(again.external_keys) == sorted(bank_calls_of(*lines).external_keys)
    assert all(len(key) == 32 for key in again.external_keys.tolist())


def test_repeated_calls_are_noted_and_contradictions_are_bad() -> None:
    calls = bank_calls_of(
        QUEUED, SERVED_AT_ONCE, QUEUED, with_fields(SERVED_AT_ONCE, ser_time="119")
    )

    assert noticed(calls, NoticeCode.DUPLICATE_LINE) == (4,)
    (error,) = calls.errors
    assert (error.line, error.code, error.other_line) == (
        5,
        LineCode.CONFLICTING_DUPLICATE,
        3,
    )
    assert len(calls) == 2


TURKISH = "Çağrı No;Kuyruk;Tarih;Saat;Bekleme Süresi;Sonuç;Temsilci;Görüşme Süresi"


def test_a_turkish_report_is_read_by_its_column_names() -> None:
    calls = calls_of(
        TURKISH,
        "17;Vergi;01.02.2024;08:00:05;00:12;Cevaplandı;Ayşe Işık;03:20",
        "18;Vergi;01.02.2024;08:00:09;1:40;KAÇAN;;",
        "19;Emlak;01.02.2024;08:01:00;;Menüde kapandı;;",
        "20;Emlak;01.02.2024;08:02:00;5;yarım;;",
        "21;Emlak;01.02.2024;08:02:00;;Cevapsız;;",
    )

    first, second, third = calls
    assert first == CallRecord(
        external_key=first.external_key,
        call_id="17",
        queue="Vergi",
        priority=None,
        entered_at=datetime(2024, 2, 1, 5, 0, 5, tzinfo=UTC),
        outcome=CallOutcome.ANSWERED,
        wait_s=12,
        service_s=200,
        agent="Ayşe Işık",
    )
    assert (second.outcome, second.wait_s, second.service_s) == ("abandoned", 100, None)
    assert (third.outcome, third.wait_s) == ("not_offered", None)
    assert [(e.line, e.column, e.code) for e in calls.errors] == [
        (5, "Sonuç", LineCode.BAD_OUTCOME),
        (6, "Bekleme Süresi", LineCode.MISSING_VALUE),
    ]
    assert calls.queue_names == ("Vergi", "Emlak")


def test_waits_and_services_may_be_given_by_their_ends() -> None:
    calls = calls_of(
        "call id,entered,answered at,ended at,agent",
        "1,2024-02-01 23:59:50,2024-02-02 00:00:10,2024-02-02 00:03:10,ali",
        "2,2024-02-01T21:00:00Z,,2024-02-01T21:00:45Z,",
        options=CallOptions(zone="Europe/Istanbul"),
    )

    assert calls.outcomes.tolist() == ["answered", "abandoned"]
    assert calls.wait_s.tolist() == [20, 45]
    assert calls.service_s[0] == 180
    assert [n.code for n in calls.notices] == [NoticeCode.OUTCOME_DERIVED]


def test_ring_talk_and_after_call_work_add_up() -> None:
    calls = calls_of(
        "id,start,wait,status,ring,talk,acw",
        "1,2024-02-01 08:00:00,5,answered,4,100,20",
        "2,2024-02-01 08:00:30,5,answered,,100,",
    )

    assert calls.service_s.tolist() == [124, 100]


def test_a_transferred_call_queues_twice_under_one_number() -> None:
    calls = calls_of(
        "id,queue,start,wait,status",
        "1,a,2024-02-01 08:00:00,5,answered",
        "1,b,2024-02-01 08:03:00,9,answered",
    )

    assert len(set(calls.external_keys.tolist())) == len(calls) == 2


def test_calls_without_numbers_keep_their_keys_when_the_file_is_shuffled() -> None:
    lines = [f"a,2024-02-01 08:00:00,{wait},abandoned" for wait in range(8)]
    shuffled = random.Random(5).sample(lines, len(lines))
    header = "queue,start,wait,status"

    one, other = calls_of(header, *lines), calls_of(header, *shuffled)

    def key_of(calls: CallRecords) -> dict[float | None, str]:
        return {record.wait_s: record.external_key for record in calls}

    assert key_of(one) == key_of(other)
    assert len(set(key_of(one).values())) == 8


def test_calls_in_the_hour_that_happens_twice_are_told_by_order() -> None:
    clocks = ("01:59:50", "02:10:00", "02:50:00", "02:49:58", "02:05:00", "02:06:00")
    lines = [f"{n},2024-10-27 {clock},5,answered" for n, clock in enumerate(clocks)]
    header = "id,start,wait,status"
    strict = CallOptions(zone="Europe/Paris", repeated_hour=RepeatedHour.ERROR)

    calls = calls_of(header, *lines, options=CallOptions(zone="Europe/Paris"))

    assert [str(at)[11:16] for at in calls.entered] == [
        *("23:59", "00:10", "00:50", "00:49"),
        *("01:05", "01:06"),
    ]
    assert noticed(calls, NoticeCode.REPEATED_HOUR_BY_ORDER) == (3, 4, 5, 6, 7)
    assert len(calls_of(header, *lines, options=strict)) == 1


@pytest.mark.parametrize(
    "header", ["id,queue,wait,status", "start,queue,status", "start,wait,queue"]
)
def test_a_table_that_cannot_be_calls_is_refused(header: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        calls_of(header, ",".join("1" for _ in header.split(",")))

    assert refused.value.code == "file_missing_column"


def test_an_impossible_limit_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="long_service_s"):
        CallOptions(long_service_s=0)


words = st.text("abçşİı19", min_size=1, max_size=6)
records = st.lists(
    st.tuples(
        st.integers(0, 40_000_000),  # seconds after 1 January 2024
        st.integers(0, 5_000),
        st.sampled_from(["answered", "abandoned", "not_offered"]),
        st.integers(1, 20_000),
        words,
    ),
    min_size=1,
    max_size=10,
)


@settings(deadline=None)
@given(
    rows=records,
    separator=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-16", "cp1254"]),
    has_clocks=st.booleans(),
    is_packed=st.booleans(),
)
def test_any_calls_written_are_the_same_records_read(
    rows: list[tuple[int, int, str, int, str]],
    separator: str,
    encoding: str,
    has_clocks: bool,
    is_packed: bool,
) -> None:
    def duration(seconds: int) -> str:
        return str(timedelta(seconds=seconds)) if has_clocks else str(seconds)

    start = datetime(2024, 1, 1, tzinfo=UTC)
    body = [["id", "start", "wait", "status", "service", "agent"]]
    for number, (at, wait, outcome, service, agent) in enumerate(rows):
        when = (start + timedelta(seconds=at)).strftime("%Y-%m-%d %H:%M:%S")
        served = duration(service) if outcome == "answered" else ""
        body.append([f"c{number}", when, duration(wait), outcome, served, agent])
    data = delimited(body, separator, "\n").encode(encoding)

    calls = read_calls(
        read_table(gzip.compress(data) if is_packed else data, "x"),
        CallOptions(zone="Etc/UTC", long_service_s=1e6),
    )

    assert calls.errors == ()
    for record, (at, wait, outcome, service, agent) in zip(calls, rows, strict=True):
        assert record.entered_at == start + timedelta(seconds=at)
        assert record.outcome == outcome
        assert record.wait_s == (None if outcome == "not_offered" else wait)
        assert record.service_s == (service if outcome == "answered" else None)
        assert record.agent == agent


@pytest.fixture(scope="module")
def bank_month() -> CallRecords:
    data = shared_file(BANK_FILE)
    return read_calls(read_table(data, BANK_FILE), CallOptions(zone="Asia/Jerusalem"))


@pytest.mark.slow
def test_the_bank_month_goes_in_whole_and_agrees_with_its_text(
    bank_month: CallRecords,
) -> None:
    text = unpacked(shared_file(BANK_FILE))
    rows = [line.split(",") for line in text.splitlines()[1:]]
    served = [int(row[15]) for row in rows if row[12] == "AGENT"]

    calls = bank_month

    assert calls.errors == ()
    assert len(calls) == len(rows) == 42_078
    assert len(set(calls.external_keys.tolist())) == 42_078
    counts = Counter(calls.outcomes.tolist())
    assert counts["answered"] == len(served) == 31_402
    assert counts["phantom"] == sum(row[12] == "PHANTOM" for row in rows) == 310
    assert np.nansum(calls.service_s) == sum(served)
    assert float(np.nanmean(calls.service_s)) == pytest.approx(184, abs=0.5)
    assert float(np.nanmedian(calls.service_s)) == 110
    assert noticed(calls, NoticeCode.LONG_SERVICE) == (
        next(n for n, row in enumerate(rows, 2) if row[15] == "36291"),
    )


@pytest.mark.slow
def test_the_published_figures_of_the_bank_month_are_explained(
    bank_month: CallRecords,
) -> None:
    """The published 25,962 calls have q_time > 0, phantoms among them.

    They leave out the 49 calls that hung up within their first second in the queue,
    which are abandoned here, and count the 310 phantoms as queued and offered, which
    are ignored here: 28.4 % of the queued and 18.9 % of the offered abandoned instead
    of 28.0 % and 18.6 %.
    """
    calls = bank_month

    has_waited = calls.wait_s > 0
    hung_up_at_once = int((calls.is_abandoned & ~has_waited).sum())
    phantoms = int((calls.outcomes == "phantom").sum())
    abandoned = int(calls.is_abandoned.sum())
    offered = int(calls.is_offered.sum())
    queued = int(has_waited.sum())
    assert (hung_up_at_once, abandoned, offered) == (49, 7_309, 38_711)
    assert queued + phantoms == 25_962
    published = abandoned - hung_up_at_once
    assert published / 25_962 == pytest.approx(0.280, abs=5e-4)
    assert published / (offered - 49 + phantoms) == pytest.approx(0.186, abs=5e-4)
    assert abandoned / (queued + hung_up_at_once) == pytest.approx(0.284, abs=5e-4)
    assert abandoned / offered == pytest.approx(0.189, abs=5e-4)

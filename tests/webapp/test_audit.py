import threading
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.webapp.conftest import NOW, add_user
from webapp import db
from webapp.models.audit import AuditEntry
from webapp.models.people import Role
from webapp.services import audit
from webapp.services.audit_pages import AuditFilter, history, lines, page


class Colour(StrEnum):
    RED = "red"


def note(action: str = "test.done", **more: object) -> int:
    fields: dict[str, object] = {
        "actor_id": None,
        "object_type": "test",
        "object_id": 1,
        "now": NOW,
    }
    with db.transaction() as session:
        return audit.record(session, action=action, **(fields | more)).id  # type: ignore[arg-type]


def check(anchor: audit.Anchor | None = None) -> audit.ChainReport:
    with db.reading() as session:
        return audit.verify(session, anchor)


def tamper(database: db.Database, statement: str) -> None:
    """Change the log as somebody with the database in hand could."""
    on_postgresql = database.engine.dialect.name == "postgresql"
    with database.engine.begin() as connection:
        if on_postgresql:
            connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        else:
            for act in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER audit_entry_no_{act}")
        connection.execute(sa.text(statement))
        if on_postgresql:  # the server's database serves other tests too
            connection.exec_driver_sql("ALTER TABLE audit_entry ENABLE TRIGGER ALL")


def test_details_are_sealed_as_the_database_gives_them_back(
    any_database: db.Database,
) -> None:
    ankara = timezone(timedelta(hours=3))
    details = {
        "share": 0.1 + 0.2,
        "one": 1.0,
        "tiny": 5e-324,
        "infinite": float("inf"),
        "whole": 2**70,
        "name": "Şükrü Iğdır — İĞÜŞÖÇ ığüşöç",
        "first": date(2026, 11, 21),
        "at": datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=ankara),
        "roles": {Role.IT, Role.AGENT},
        Colour.RED: (1, None, True),
        3: "three",
        "nul": "a\x00b",
        "lone": "\ud800",
    }

    note(details=details, reason="çünkü\x00", now=NOW.replace(microsecond=654321))
    note(now=datetime(2026, 11, 21, 10, 0, 0, 1, tzinfo=ankara))

    assert check().is_whole
    with db.reading() as session:
        stored = session.get_one(AuditEntry, 1)
    assert stored.details["share"] == 0.1 + 0.2
    assert stored.details["name"] == details["name"]
    assert stored.details["at"] == "2026-11-21T07:00:00.123456+00:00"
    assert stored.details["roles"] == ["agent", "it"]
    assert stored.details["red"] == [1, None, True]
    assert stored.details["nul"] == "a�b"
    assert stored.at == NOW.replace(microsecond=654321)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    details=st.dictionaries(st.text(max_size=4), json_like, max_size=4),
    at=st.datetimes(
        min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(2090, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
)
def test_any_details_and_instant_keep_the_chain_whole(
    any_database: db.Database, details: dict[str, object], at: datetime
) -> None:
    note(details=details, now=at)

    assert check().is_whole


def test_writers_at_the_same_time_make_one_chain(any_database: db.Database) -> None:
    writers, each = 6, 10
    failures: list[BaseException] = []
    together = threading.Barrier(writers)

    def write(writer: int) -> None:
        try:
            together.wait()
            for step in range(each):
                note(object_id=f"{writer}-{step}")
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    assert check().entries == writers * each
    assert check().is_whole


def test_a_change_rolled_back_leaves_no_entry(any_database: db.Database) -> None:
    note()

    with pytest.raises(ZeroDivisionError):
        _note_and_fail()
    note()

    report = check()

    assert (report.entries, report.broken_at) == (2, None)


def _note_and_fail() -> None:
    with db.transaction() as session:
        entry = audit.record(
            session,
            actor_id=None,
            action="test.failed",
            object_type="test",
            object_id=1,
            now=NOW,
        )
        assert entry.id // 0


INSERTED = """
INSERT INTO audit_entry (id, at, actor_id, action, object_type, object_id, reason,
                         details, previous_hash, hash)
SELECT 6, at, actor_id, 'role.granted', object_type, object_id, reason, details,
       hash, 'f00' FROM audit_entry WHERE id = 5
"""


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit_entry SET reason = 'other' WHERE id = 3", 3),
        ("UPDATE audit_entry SET action = 'test.undone' WHERE id = 1", 1),
        ("UPDATE audit_entry SET details = '{\"a\": 2}' WHERE id = 2", 2),
        ("UPDATE audit_entry SET object_id = '2' WHERE id = 5", 5),
        ("DELETE FROM audit_entry WHERE id = 2", 2),
        ("DELETE FROM audit_entry WHERE id = 1", 1),
        ("UPDATE audit_entry SET id = 9 WHERE id = 5", 5),
        (INSERTED, 6),
    ],
)
def test_tampering_is_found_where_it_was_done(
    any_database: db.Database, statement: str, broken_at: int
) -> None:
    for _ in range(5):
        note(details={"a": 1})
    assert check().is_whole

    tamper(any_database, statement)

    assert check().broken_at == broken_at


def test_an_anchor_finds_a_log_cut_off_or_written_anew(
    any_database: db.Database,
) -> None:
    for _ in range(3):
        note()
    anchor = audit.Anchor(number=3, seal=check().head)
    note()
    assert check(anchor).is_whole

    tamper(any_database, "DELETE FROM audit_entry WHERE id >= 3")

    assert check().is_whole
    assert check(anchor).broken_at == 3
    note(reason="another third entry")
    assert check().is_whole
    assert check(anchor).broken_at == 3


def test_entries_are_filtered_by_local_day_actor_and_object(
    any_database: db.Database,
) -> None:
    someone = add_user("someone", Role.IT)
    late = datetime(2026, 11, 18, 21, 30, tzinfo=UTC)  # 00:30 on the 19th in Istanbul
    note("leave.asked", object_id=7)
    note("leave.forwarded", object_id=7, actor_id=someone, now=late)
    note("rota.published", object_type="rota", object_id=7, now=late)

    def found(**wanted: object) -> list[int]:
        with db.reading() as session:
            chosen = AuditFilter(**wanted)  # type: ignore[arg-type]
            return [
                line.number for line in lines(session, chosen, zone="Europe/Istanbul")
            ]

    assert found(action="leave") == [1, 2]
    assert found(actor="someone") == [2]
    assert found(first=date(2026, 11, 19)) == [2, 3]
    assert found(last=date(2026, 11, 18)) == [1]
    assert found(object_type="rota", object_id="7") == [3]
    with db.reading() as session:
        assert [line.action for line in history(session, "test", 7)] == [
            "leave.asked",
            "leave.forwarded",
        ]


def test_pages_are_newest_first(any_database: db.Database) -> None:
    for number in range(120):
        note(object_id=number)

    with db.reading() as session:
        first = page(session, AuditFilter(), number=1, zone="UTC")
        last = page(session, AuditFilter(), number=3, zone="UTC")

    assert (first.total, first.pages) == (120, 3)
    assert first.lines[0].number == 120
    assert [line.number for line in last.lines] == list(range(20, 0, -1))

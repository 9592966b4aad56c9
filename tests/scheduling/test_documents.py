import json
from typing import Any

import pytest

from scheduling.audit import breaches
from scheduling.documents import read_problem, read_rota, write_rota
from scheduling.errors import InvalidProblem, InvalidRota
from scheduling.problem import WishKind
from scheduling.solve import solve
from tests.scheduling.builders import QUICK, at, day

DOCUMENT: dict[str, Any] = {
    "first_day": "2026-03-02",
    "days": 1,
    "interval_minutes": 60,
    "requirement": {"calls": [0] * 9 + [1] * 8 + [0] * 7},
    "contracts": [
        {
            "key": "full",
            "max_days": 5,
            "shifts": [{"earliest": "08:00", "latest": "10:00", "lengths": [540]}],
        }
    ],
    "agents": [{"key": "ayse", "contract": "full"}, {"key": "ali", "contract": "full"}],
}


def with_changes(**changes: Any) -> str:
    return json.dumps({**DOCUMENT, **changes})


def faults(**changes: Any) -> list[str]:
    """Return the paths that a changed document is refused for."""
    with pytest.raises(InvalidProblem) as refused:
        read_problem(with_changes(**changes))
    return [fault.path for fault in refused.value.faults]


def test_a_requirement_by_the_hour_is_planned_on_half_hours_for_a_short_lunch() -> None:
    problem = read_problem(json.dumps(DOCUMENT))

    assert problem.grid.minutes == 30
    assert problem.required.sum() == 16
    assert problem.required[0, 18:34].tolist() == [1] * 16


def test_every_kind_of_entry_is_read() -> None:
    problem = read_problem(
        with_changes(
            zone="Europe/Istanbul",
            absences=[
                {"agent": "ayse", "from": "2026-03-02", "to": "2026-03-03"},
                {
                    "agent": "ali",
                    "starts": "2026-03-02T13:00",
                    "ends": "2026-03-02T17:00+03:00",
                    "counts_as_work": False,
                },
            ],
            wishes=[
                {
                    "agent": "ali",
                    "day": "2026-03-02",
                    "kind": "start",
                    "minute": "09:30",
                    "weight": 4,
                }
            ],
            locked=[
                {
                    "agent": "ali",
                    "day": "2026-03-02",
                    "start": "09:00",
                    "breaks": {"lunch": "12:30"},
                }
            ],
            rules={"min_rest_minutes": 600, "night_from": "21:00"},
            breaks=[
                {"minutes": 30, "day_from": "11:00", "day_to": "14:00", "seats": 3}
            ],
            goals={"over": 1, "short_tiers": [[0.5, 1], [1.0, 2]]},
        )
    )

    whole, part = problem.absences
    assert (whole.starts, whole.ends) == (at(0, "00:00"), at(2, "00:00"))
    assert (part.starts, part.ends) == (at(0, "13:00"), at(0, "17:00"))
    assert not part.counts_as_work
    (wish,) = problem.wishes
    assert (wish.kind, wish.minute, wish.weight) == (WishKind.START, 570, 4)
    (lock,) = problem.locked
    assert (lock.day, lock.start, lock.breaks) == (day(0), 540, (("lunch", 750),))
    assert (problem.rules.min_rest_minutes, problem.rules.night_from) == (600, 1260)
    assert problem.rules.breaks[0].seats == 3
    assert problem.goals.short_tiers == ((0.5, 1), (1.0, 2))


def test_every_fault_is_named_at_once() -> None:
    found = faults(
        days=0,
        contracts=[{"key": 7, "shifts": [{"earliest": "late"}], "hours": 3}],
        agents=[{"contract": "full"}, "ali"],
        wishes=[{"agent": "x", "day": "soon", "kind": "holiday"}],
    )

    assert set(found) >= {
        "days",
        "contracts[0].key",
        "contracts[0].hours",
        "contracts[0].shifts[0].earliest",
        "agents[0].key",
        "agents[1]",
        "wishes[0].day",
        "wishes[0].kind",
    }


def test_faults_between_parts_are_named_at_once_too() -> None:
    found = faults(
        agents=[
            {"key": "a", "contract": "none", "skills": ["mail"]},
            {"key": "a", "contract": "full"},
        ],
        wishes=[{"agent": "b", "day": "2027-01-01", "kind": "lunch"}],
        absences=[
            {"agent": "a", "starts": "2026-03-02T17:00", "ends": "2026-03-02T13:00"}
        ],
        rules={"min_rest_minutes": 2000},
    )

    assert found == [
        "rules.min_rest_minutes",
        "agents",
        "agents[0].contract",
        "agents[0].skills",
        "wishes[0].agent",
        "wishes[0].day",
        "absences[0].ends",
        "wishes[0].minute",
    ]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"requirement": {"calls": [1, 2]}}, "requirement"),
        ({"requirement": {}}, "requirement"),
        ({"requirement": {"calls": [1.5] * 24}}, "requirement.calls"),
        ({"requirement": {"calls": [-1] * 24}}, "requirement"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"interval_minutes": 7}, "interval_minutes"),
        ({"days": 57}, "days"),
        ({"breaks": [{"minutes": 30, "seats": 0}]}, "breaks[0].seats"),
        ({"goals": {"short_tiers": [[0.5, 3]]}}, "goals.short_tiers"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_document_that_cannot_be_planned_is_refused_by_path(
    changes: dict[str, Any], path: str
) -> None:
    assert path in faults(**changes)


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(InvalidProblem, match="document"):
        read_problem(text)


def test_a_rota_comes_back_as_it_was_written() -> None:
    problem = read_problem(json.dumps(DOCUMENT))
    result = solve(problem, QUICK)

    text = write_rota(problem, result)

    assert read_rota(text, problem.grid.zone) == result.assignments
    assert breaches(problem, result.assignments) == ()
    written = json.loads(text)
    assert set(written) >= {
        "status",
        "objective",
        "bound",
        "gap",
        "understaffed_agent_intervals",
    }
    assert written["understaffed_agent_intervals"] == 0


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("nothing", "document"),
        ('{"assignments": [{"agent": "a"}]}', r"assignments\[0\]"),
        ('{"assignments": 3}', "assignments"),
    ],
)
def test_a_rota_that_cannot_be_read_is_refused(text: str, path: str) -> None:
    with pytest.raises(InvalidRota, match=path):
        read_rota(text, "Europe/Istanbul")

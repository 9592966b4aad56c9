from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.erlang import AbandonTreatment, Traffic, measure_queue
from forecasting.errors import InvalidArgumentError
from forecasting.grid import IntervalGrid
from forecasting.staffing import (
    StaffingRules,
    StaffingTarget,
    agents_left,
    plan_requirement,
    required_agents,
    scheduled_agents,
)


def target(**changes: object) -> StaffingTarget:
    fields: dict[str, object] = {"max_occupancy": 1.0, **changes}
    return StaffingTarget(**fields)  # type: ignore[arg-type]  # fields by name


def traffic(load: object, patience_s: object = np.inf, aht_s: float = 180.0) -> Traffic:
    return Traffic(
        load_erlangs=np.asarray(load, dtype=float),
        aht_s=np.asarray(aht_s),
        patience_s=np.asarray(patience_s, dtype=float),
    )


def test_the_worked_examples_of_the_trade() -> None:
    assert required_agents(Traffic.from_calls(250, 1800, 210), target()) == 34
    assert (
        required_agents(Traffic.from_calls(100, 1800, 180), target(max_occupancy=0.85))
        == 14
    )
    assert (
        required_agents(Traffic.from_calls(25, 900, 752), target(service_level=0.9))
        == 28
    )


def test_impatient_callers_need_fewer_agents_than_erlangs() -> None:
    agents = required_agents(traffic([100, 500, 5000], 180.0), target())

    assert agents.tolist() == [99, 470, 4552]


def test_fourteen_agents_at_thirty_per_cent_are_twenty_scheduled() -> None:
    assert scheduled_agents(14, 0.3) == 20
    assert agents_left(90, 0.3) == 63


@given(agents=st.integers(0, 10_000), hundredths=st.integers(0, 99))
def test_scheduled_agents_are_the_exact_ceiling(agents: int, hundredths: int) -> None:
    available = 1 - Fraction(hundredths, 100)

    scheduled = int(scheduled_agents(agents, hundredths / 100))

    assert scheduled * available >= agents > (scheduled - 1) * available or agents == 0
    assert agents_left(scheduled, hundredths / 100) >= agents


@given(
    load=st.floats(1e-3, 3e3),
    patience=st.one_of(st.just(np.inf), st.floats(1.0, 1e4)),
    service_level=st.floats(0.05, 0.999),
    within=st.floats(0.0, 300.0),
    max_occupancy=st.floats(0.3, 1.0),
    max_asa_s=st.one_of(st.none(), st.floats(0.1, 100.0)),
    max_abandon_rate=st.one_of(st.none(), st.floats(0.001, 0.5)),
    abandons=st.sampled_from(AbandonTreatment),
)
def test_one_agent_fewer_breaks_the_promise(
    load: float,
    patience: float,
    service_level: float,
    within: float,
    max_occupancy: float,
    max_asa_s: float | None,
    max_abandon_rate: float | None,
    abandons: AbandonTreatment,
) -> None:
    promise = StaffingTarget(
        service_level=service_level,
        answer_within_s=within,
        max_occupancy=max_occupancy,
        max_asa_s=max_asa_s,
        max_abandon_rate=max_abandon_rate,
        abandons=abandons,
    )
    calls = traffic(load, patience)

    agents = int(required_agents(calls, promise))

    assert keeps(agents, calls, promise)
    assert agents == 0 or not keeps(agents - 1, calls, promise)


def keeps(agents: int, calls: Traffic, promise: StaffingTarget) -> bool:
    found = measure_queue(agents, calls, promise.answer_within_s, promise.abandons)
    loose = 1.0 + 1e-11
    return bool(
        found.missed_share <= (1.0 - promise.service_level) * loose
        and found.occupancy <= promise.max_occupancy * loose
        and (promise.max_asa_s is None or found.asa_s <= promise.max_asa_s * loose)
        and (
            promise.max_abandon_rate is None
            or found.abandon_rate <= promise.max_abandon_rate * loose
        )
    )


def test_a_whole_horizon_of_patient_queues_is_minimal() -> None:
    random = np.random.default_rng(6)
    load = np.concatenate(
        [random.uniform(1e-3, 20.0, 2000), np.geomspace(20, 1e5, 500)]
    )
    calls = traffic(load, aht_s=240.0)

    for promise in (
        target(),
        target(service_level=0.99, answer_within_s=0.0),
        target(service_level=0.1, answer_within_s=600.0),
        target(service_level=0.5, max_asa_s=2.0),
        target(max_occupancy=0.7),
    ):
        agents = required_agents(calls, promise)
        found = measure_queue(agents, calls, promise.answer_within_s)
        fewer = measure_queue(agents - 1, calls, promise.answer_within_s)
        asa_s = promise.max_asa_s or np.inf
        missed = 1.0 - promise.service_level

        assert (found.missed_share <= missed * (1.0 + 1e-11)).all()
        assert (found.occupancy <= promise.max_occupancy * (1.0 + 1e-11)).all()
        assert (found.asa_s <= asa_s * (1.0 + 1e-11)).all()
        assert (
            (fewer.missed_share > missed * (1.0 - 1e-11))
            | (fewer.occupancy > promise.max_occupancy * (1.0 - 1e-11))
            | (fewer.asa_s > asa_s * (1.0 - 1e-11))
        ).all()


def test_a_deep_tail_is_kept_exactly() -> None:
    promise = target(service_level=1.0 - 1e-12)
    calls = traffic(1000.0)

    agents = int(required_agents(calls, promise))

    assert keeps(agents, calls, promise)
    assert not keeps(agents - 1, calls, promise)


def test_no_calls_need_nobody_and_minimum_staff_stays() -> None:
    grid = IntervalGrid.for_days(date(2026, 3, 2), 1, 360)
    is_open = np.array([False, True, True, True])

    plan = plan_requirement(
        grid,
        [500.0, 0.0, 30.0, 500.0],
        200.0,
        target(),
        StaffingRules(minimum_agents=2, shrinkage=0.3),
        is_open,
    )

    assert plan.agents[:2].tolist() == [0, 2]
    assert plan.scheduled_agents[:2].tolist() == [0, 3]
    assert (plan.agents[2:] >= 2).all()
    assert (plan.expected.service_level >= 0.8).all()
    assert plan.load_erlangs[0] == 0.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("service_level", 1.0),
        ("service_level", 0.0),
        ("service_level", float("nan")),
        ("answer_within_s", -1.0),
        ("max_occupancy", 0.0),
        ("max_occupancy", 1.1),
        ("max_asa_s", 0.0),
        ("max_abandon_rate", 1.0),
    ],
)
def test_an_impossible_target_is_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(InvalidArgumentError, match=name):
        target(**{name: value})


@pytest.mark.parametrize("bad", [-0.1, 1.0, float("nan"), 0.99999999])
def test_an_impossible_shrinkage_is_refused_by_name(bad: float) -> None:
    with pytest.raises(InvalidArgumentError, match="shrinkage"):
        scheduled_agents(1, bad)

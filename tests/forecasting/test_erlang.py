import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.erlang import (
    AbandonTreatment,
    Traffic,
    blocking_probability,
    measure_queue,
    wait_probability,
)
from forecasting.errors import InvalidArgumentError
from forecasting.history import Floats

GOLDEN = Path(__file__).parents[1] / "golden" / "erlang.csv"
SMALLEST = 1e-290


def golden() -> dict[str, Floats]:
    with GOLDEN.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def traffic(load: object, patience_s: object = np.inf, aht_s: float = 1.0) -> Traffic:
    return Traffic(
        load_erlangs=np.asarray(load, dtype=float),
        aht_s=np.asarray(aht_s),
        patience_s=np.asarray(patience_s, dtype=float),
    )


@pytest.mark.parametrize(
    ("measure", "column"),
    [
        ("wait_probability", "wait_probability"),
        ("missed_share", "missed_share"),
        ("abandon_rate", "abandon_rate"),
        ("asa_s", "asa"),
    ],
)
def test_measures_agree_with_fifty_digits(measure: str, column: str) -> None:
    table = golden()
    found = measure_queue(
        table["agents"],
        traffic(table["load"], table["patience"]),
        table["within"],
    )

    expected = np.where(table[column] < SMALLEST, 0.0, table[column])
    got = getattr(found, measure)
    np.testing.assert_allclose(
        np.where(got < SMALLEST, 0.0, got), expected, rtol=1e-10, atol=0.0
    )


def test_blocking_agrees_with_fifty_digits() -> None:
    table = golden()

    found = blocking_probability(table["agents"], table["load"])

    expected = table["blocking"]
    visible = expected > SMALLEST
    np.testing.assert_allclose(found[visible], expected[visible], rtol=1e-11)
    assert (found[~visible] <= SMALLEST).all()


@pytest.mark.parametrize(
    ("agents", "load", "expected"), [(1, 0.5, 1 / 2), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9)]
)
def test_small_queues_wait_as_exact_fractions_say(
    agents: int, load: float, expected: float
) -> None:
    assert wait_probability(agents, load) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("agents", "service_level", "asa_s", "occupancy"),
    [
        (30, 0.235, 208.7, 0.972),
        (31, 0.452, 74.7, 0.941),
        (32, 0.613, 37.6, 0.911),
        (33, 0.730, 21.3, 0.884),
        (34, 0.815, 12.7, 0.858),
    ],
)
def test_the_table_of_the_trade_is_reproduced(
    agents: int, service_level: float, asa_s: float, occupancy: float
) -> None:
    calls = Traffic.from_calls(250, 1800.0, 210)

    found = measure_queue(agents, calls, 20)

    assert found.service_level == pytest.approx(service_level, abs=5e-4)
    assert found.asa_s == pytest.approx(asa_s, abs=0.05)
    assert found.occupancy == pytest.approx(occupancy, abs=5e-4)


def test_garnett_mandelbaum_and_reiman_are_reproduced() -> None:
    calls = Traffic.from_calls(48, 60.0, 60, patience_s=[120, np.inf])

    found = measure_queue(50, calls)

    assert found.abandon_rate[0] == pytest.approx(0.030910, abs=5e-6)
    assert found.mean_wait_s == pytest.approx([3.709, 20.834], abs=1e-3)
    assert found.occupancy == pytest.approx([0.93032, 0.96], abs=5e-6)


def test_patience_equal_to_handling_time_makes_the_queue_poisson() -> None:
    # With equal rates every call leaves at the same pace: the number in the system
    # is Poisson(5), so P(wait) = P(N >= 7).
    found = measure_queue(7, traffic(5.0, 1.0))

    assert found.wait_probability == pytest.approx(0.23781653705, rel=1e-10)


def test_ever_longer_patience_tends_to_erlang_c() -> None:
    patient = measure_queue(12, traffic(10.0), 0.1)

    nearly = measure_queue(12, traffic(10.0, 1e9), 0.1)

    assert nearly.service_level == pytest.approx(patient.service_level, rel=1e-7)
    assert nearly.asa_s == pytest.approx(patient.asa_s, rel=1e-7)


def test_ever_shorter_patience_tends_to_erlang_b() -> None:
    lost = measure_queue(12, traffic(10.0, 0.0), 0.1)

    nearly = measure_queue(12, traffic(10.0, 1e-9), 0.1)

    assert nearly.abandon_rate == pytest.approx(lost.abandon_rate, rel=1e-7)
    assert lost.abandon_rate == pytest.approx(blocking_probability(12, 10.0))


def test_without_calls_nothing_is_missed() -> None:
    found = measure_queue([0, 5], traffic(0.0, [np.inf, 60.0]))

    assert found.service_level.tolist() == [1.0, 1.0]
    assert found.asa_s.tolist() == [0.0, 0.0]
    assert found.occupancy.tolist() == [0.0, 0.0]


def test_as_many_erlangs_as_agents_has_no_steady_state() -> None:
    found = measure_queue([10, 9, 0], traffic(10.0))

    assert found.wait_probability.tolist() == [1.0, 1.0, 1.0]
    assert found.service_level.tolist() == [0.0, 0.0, 0.0]
    assert np.isinf(found.asa_s).all()
    assert found.occupancy.tolist() == [1.0, 1.0, 1.0]


def test_a_queue_nobody_answers_is_abandoned_whole() -> None:
    found = measure_queue(0, traffic(2.0, 2.0))

    assert found.abandon_rate == pytest.approx(1.0)
    assert found.mean_wait_s == pytest.approx(2.0)
    assert np.isinf(found.asa_s)


def test_each_treatment_of_abandons_is_its_own_share() -> None:
    found = {
        treatment: float(
            measure_queue(20, traffic(20.0, 2.0), 0.1, treatment).service_level
        )
        for treatment in AbandonTreatment
    }
    base = measure_queue(20, traffic(20.0, 2.0), 0.1)
    answered = 1.0 - float(base.abandon_rate)

    assert found[AbandonTreatment.IGNORED] == pytest.approx(
        found[AbandonTreatment.COUNTED] / answered
    )
    assert (
        found[AbandonTreatment.COUNTED]
        < found[AbandonTreatment.SHORT_IGNORED]
        < found[AbandonTreatment.SHORT_MET]
    )


queues = {
    "load": st.floats(1e-3, 5e3),
    "patience": st.one_of(st.just(np.inf), st.just(0.0), st.floats(1e-6, 1e6)),
    "share": st.floats(0.0, 3.0),
    "within": st.floats(0.0, 1e3),
    "treatment": st.sampled_from(AbandonTreatment),
}


@given(**queues)
def test_no_valid_queue_gives_a_nan_or_leaves_its_domain(
    load: float,
    patience: float,
    share: float,
    within: float,
    treatment: AbandonTreatment,
) -> None:
    found = measure_queue(load * share, traffic(load, patience), within, treatment)

    for name in ("wait_probability", "service_level", "missed_share", "abandon_rate"):
        assert 0.0 <= getattr(found, name) <= 1.0
    assert found.service_level + found.missed_share == pytest.approx(1.0, abs=1e-9)
    for name in ("asa_s", "mean_wait_s", "delayed_wait_s", "queue_length"):
        assert getattr(found, name) >= 0.0


@given(**queues)
def test_one_more_agent_never_serves_worse(
    load: float,
    patience: float,
    share: float,
    within: float,
    treatment: AbandonTreatment,
) -> None:
    agents = np.floor(load * share)

    found = measure_queue(
        [agents, agents + 1.0], traffic(load, patience), within, treatment
    )

    slack = 1.0 + 1e-9
    for name in ("missed_share", "abandon_rate", "wait_probability", "asa_s"):
        fewer, more = getattr(found, name)
        assert more <= fewer * slack + 1e-300


@given(
    load=st.floats(0.1, 500.0), patience=st.floats(0.01, 100.0), n=st.integers(1, 600)
)
def test_every_call_is_answered_or_abandoned(
    load: float, patience: float, n: int
) -> None:
    found = measure_queue(n, traffic(load, patience))

    carried = n * float(found.occupancy)
    assert carried == pytest.approx(load * (1.0 - float(found.abandon_rate)), rel=1e-9)
    assert found.queue_length == pytest.approx(
        load * patience * float(found.abandon_rate), rel=1e-9
    )


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_impossible_load_is_refused_by_name(bad: float) -> None:
    with pytest.raises(InvalidArgumentError, match="load_erlangs"):
        wait_probability(5, [1.0, bad])


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_impossible_agents_are_refused_by_name(bad: float) -> None:
    with pytest.raises(InvalidArgumentError, match="agents"):
        measure_queue(bad, traffic(1.0))


@pytest.mark.parametrize("bad", [-1.0, np.nan])
def test_impossible_patience_is_refused_by_name(bad: float) -> None:
    with pytest.raises(InvalidArgumentError, match="patience_s"):
        traffic(1.0, bad)


def test_a_handling_time_of_zero_is_refused_by_name() -> None:
    with pytest.raises(InvalidArgumentError, match="aht_s"):
        traffic(1.0, aht_s=0.0)

import numpy as np
import pytest

from forecasting.erlang import Traffic, measure_queue
from forecasting.errors import InvalidArgumentError
from forecasting.simulation import (
    QueueDay,
    ServiceShape,
    SimulationResult,
    simulate,
    simulate_day,
)


def steady_day(
    agents: int, load: float, patience_s: float, hours: int = 60
) -> QueueDay:
    """Return a long day of one unchanging queue with an AHT of 180 s."""
    return QueueDay(
        interval_s=3600.0,
        volume=np.full(hours, load * 20.0),
        aht_s=np.full(hours, 180.0),
        agents=np.full(hours, agents),
        patience_s=patience_s,
        service=ServiceShape.EXPONENTIAL,
    )


def day(**changes: object) -> QueueDay:
    fields: dict[str, object] = {
        "interval_s": 1800.0,
        "volume": np.array([30.0, 60.0, 20.0]),
        "aht_s": np.full(3, 200.0),
        "agents": np.array([6, 9, 5]),
        **changes,
    }
    return QueueDay(**fields)  # type: ignore[arg-type]  # fields by name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("agents", "load", "patience_s"),
    [(12, 10.0, np.inf), (10, 10.0, 180.0), (30, 33.0, 90.0), (3, 1.0, 600.0)],
)
def test_a_steady_queue_agrees_with_the_formulas(
    agents: int, load: float, patience_s: float
) -> None:
    expected = measure_queue(
        agents,
        Traffic(
            load_erlangs=np.asarray(load),
            aht_s=np.asarray(180.0),
            patience_s=np.asarray(patience_s),
        ),
    )

    found: SimulationResult = simulate(
        steady_day(agents, load, patience_s), 20.0, replications=20, seed=11
    )

    # The days start empty, which an hour of sixty forgets: 1.5 times the interval.
    for name in ("service_level", "asa_s", "abandon_rate"):
        estimate = getattr(found, name)
        error = abs(float(getattr(expected, name)) - estimate.mean)
        assert error <= 1.5 * estimate.half_width + 1e-9, name


def test_the_same_seed_gives_the_same_day() -> None:
    first = simulate_day(day(), np.random.default_rng(3))
    second = simulate_day(day(), np.random.default_rng(3))

    np.testing.assert_array_equal(first.wait_s, second.wait_s)


def test_enough_agents_leave_nobody_waiting() -> None:
    calls = simulate_day(day(agents=np.full(3, 500)), np.random.default_rng(1))

    assert calls.is_answered.all()
    assert (calls.wait_s == 0.0).all()


def test_without_agents_everybody_hangs_up_or_is_sent_away() -> None:
    calls = simulate_day(
        day(agents=np.zeros(3, int), patience_s=60.0), np.random.default_rng(1)
    )

    assert not calls.is_answered.any()
    assert calls.wait_s.mean() == pytest.approx(60.0, rel=0.4)


def test_callers_wait_for_agents_who_come_later() -> None:
    calls = simulate_day(
        day(volume=np.array([5.0, 0.0, 0.0]), agents=np.array([0, 0, 50])),
        np.random.default_rng(2),
    )

    assert calls.is_answered.all()
    assert (calls.wait_s >= 1800.0).all()


def test_one_agent_waits_as_lindley_says() -> None:
    calls = simulate_day(
        day(agents=np.ones(3, int), volume=np.full(3, 8.0)), np.random.default_rng(8)
    )

    wait_s = [0.0]
    gaps = np.diff(calls.arrival_s)
    for gap, service_s in zip(gaps, calls.service_s[:-1], strict=True):
        wait_s.append(max(0.0, wait_s[-1] + service_s - gap))
    np.testing.assert_allclose(calls.wait_s, wait_s, atol=1e-6)
    assert max(wait_s) > 0.0


def test_lognormal_handling_times_have_the_asked_mean_and_spread() -> None:
    busy = day(
        volume=np.array([100_000.0]),
        aht_s=np.array([200.0]),
        agents=np.array([10**6]),
        service_cv=1.5,
    )

    calls = simulate_day(busy, np.random.default_rng(4))

    assert calls.service_s.mean() == pytest.approx(200.0, rel=0.02)
    assert calls.service_s.std() == pytest.approx(300.0, rel=0.05)


def test_one_more_agent_helps_the_half_hour_that_lacked_one() -> None:
    short = simulate(day(), 20.0, 60, seed=5)
    helped = simulate(day(agents=np.array([6, 12, 5])), 20.0, 60, seed=5)

    assert helped.interval_service_level[1] > short.interval_service_level[1]
    assert short.interval_half_width[1] > 0.0


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("volume", {"volume": np.array([1.0, -1.0, 1.0])}),
        ("agents", {"agents": np.array([1, 2])}),
        ("interval_s", {"interval_s": 0.0}),
        ("patience_s", {"patience_s": 0.0}),
        ("service_cv", {"service_cv": float("nan")}),
    ],
)
def test_an_impossible_day_is_refused_by_name(
    name: str, change: dict[str, object]
) -> None:
    with pytest.raises(InvalidArgumentError, match=name):
        day(**change)


def test_one_replication_has_no_interval() -> None:
    with pytest.raises(InvalidArgumentError, match="replications"):
        simulate(day(), 20.0, 1, seed=1)

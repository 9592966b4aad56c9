import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import TrendInvalid
from qa.trends import change, trend

SCORES = st.lists(st.floats(0.0, 100.0), max_size=20)


def test_a_mean_has_students_interval() -> None:
    # By hand: mean 80, s = 10, t(0.975; 4) = 2.7764, half = 2.7764 * 10 / sqrt(5).
    found = trend([70.0, 70.0, 80.0, 90.0, 90.0])

    assert found.mean == pytest.approx(80.0)
    assert found.low == pytest.approx(80.0 - 12.4166, abs=1e-3)
    assert found.high == pytest.approx(80.0 + 12.4166, abs=1e-3)
    assert found.is_enough


def test_few_calls_say_so() -> None:
    assert not trend([80.0, 90.0]).is_enough
    assert trend([80.0]).low is None
    assert trend([]).mean is None


def test_equal_scores_do_not_pretend_to_certainty() -> None:
    found = trend([100.0] * 6)

    assert (found.mean, found.low, found.high) == (100.0, None, None)


@given(SCORES)
def test_the_interval_holds_the_mean_within_the_scale(scores: list[float]) -> None:
    found = trend(scores)

    if found.mean is not None and found.low is not None and found.high is not None:
        assert -1e-9 <= found.low <= found.mean + 1e-9
        assert found.mean - 1e-9 <= found.high <= 100.0 + 1e-9


def test_a_change_has_welchs_interval() -> None:
    # By hand: difference 20; variances 100 / 5 and 25 / 5, so half = t * 5 with
    # 625 / (400 / 4 + 25 / 4) = 5.882 degrees of freedom, t(0.975) = 2.4586.
    earlier = [50.0, 50.0, 60.0, 70.0, 70.0]
    later = [75.0, 75.0, 80.0, 85.0, 85.0]
    found = change(earlier, later)

    assert found.difference == pytest.approx(20.0)
    assert found.low == pytest.approx(20.0 - 5 * 2.4586, abs=5e-3)
    assert found.high == pytest.approx(20.0 + 5 * 2.4586, abs=5e-3)
    assert found.is_clear


def test_few_calls_never_make_a_clear_change() -> None:
    assert not change([10.0, 11.0], [90.0, 91.0]).is_clear
    assert change([], [90.0]).difference is None
    assert change([50.0], [90.0]).low is None


@given(SCORES, SCORES)
def test_a_change_turned_round_is_its_opposite(
    one: list[float], other: list[float]
) -> None:
    there, back = change(one, other), change(other, one)

    assert there.is_clear == back.is_clear
    if there.difference is not None:
        assert back.difference == -there.difference


@pytest.mark.parametrize("bad", [-1.0, 100.5, float("nan")])
def test_a_score_off_the_scale_is_refused(bad: float) -> None:
    with pytest.raises(TrendInvalid, match="in 0-100"):
        trend([50.0, bad])

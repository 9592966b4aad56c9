"""The benchmark of tests/benchmarks/scoring.py, small enough for every run."""

import pytest

from tests.benchmarks.scoring import RATES, measure


@pytest.mark.slow
@pytest.mark.parametrize("rate", RATES)
def test_checks_survive_recognition_errors(rate: float) -> None:
    found = measure(20, 11, rate)

    assert found.f1 >= found.aim - 0.03, found
    assert found.false_alarms <= 0.01, found

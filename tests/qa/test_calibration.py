import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.calibration import agreement, cohen_kappa, fleiss_kappa, krippendorff_alpha
from qa.errors import RatingsInvalid

# The worked example of Cohen's kappa that textbooks use: 50 proposals, two readers,
# 20 both yes, 15 both no, 5 and 10 apart; kappa = (0.7 - 0.5) / (1 - 0.5).
COHEN = (
    ["yes"] * 25 + ["no"] * 25,
    ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15,
)
# Fourteen raters, ten subjects, five categories: kappa 0.210.
FLEISS = [
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
]
# Krippendorff (2011), example C: four observers, twelve units, some missing.
OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 * * *",
    "1 2 3 3 2 2 4 1 2 5 * 3",
    "* 3 3 3 2 3 4 2 2 5 1 *",
    "1 2 3 3 2 4 4 1 2 5 1 *",
)


def units(observers: tuple[str, ...]) -> list[list[str | None]]:
    """Return rows of ratings per unit from a line per observer."""
    columns = zip(*(line.split() for line in observers), strict=True)
    return [[None if value == "*" else value for value in unit] for unit in columns]


def test_cohens_kappa_is_that_of_the_worked_example() -> None:
    assert cohen_kappa(*COHEN) == pytest.approx(0.4)


def test_fleiss_kappa_is_that_of_the_worked_example() -> None:
    rows = [[c for c, n in enumerate(row) for _ in range(n)] for row in FLEISS]

    assert fleiss_kappa(rows) == pytest.approx(0.210, abs=5e-4)


def test_krippendorffs_alpha_is_that_of_the_worked_example() -> None:
    assert krippendorff_alpha(units(OBSERVERS)) == pytest.approx(0.743, abs=5e-4)


def test_alpha_of_two_observers_is_that_of_the_worked_example() -> None:
    # Krippendorff (2011), example A: binary, two observers, ten units: 0.095.
    pair = ("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")

    assert krippendorff_alpha(units(pair)) == pytest.approx(0.095, abs=5e-4)


@given(st.lists(st.sampled_from("abc"), min_size=2).filter(lambda r: len(set(r)) > 1))
def test_perfect_agreement_is_one(ratings: list[str]) -> None:
    pairs = [(rating, rating) for rating in ratings]

    assert cohen_kappa(ratings, ratings) == 1.0
    assert fleiss_kappa(pairs) == 1.0
    assert krippendorff_alpha(pairs) == 1.0


def test_one_category_only_has_no_coefficient() -> None:
    assert cohen_kappa(["yes"] * 3, ["yes"] * 3) is None
    assert fleiss_kappa([["yes", "yes"]]) is None
    assert krippendorff_alpha([["yes", "yes"]]) is None


def test_the_interval_is_the_same_for_a_seed_and_holds_alpha() -> None:
    one, same = (agreement(units(OBSERVERS), seed=7, samples=200) for _ in range(2))

    assert one == same
    assert one.calls == 11
    assert one.low is not None
    assert one.high is not None
    assert one.alpha is not None
    assert one.low <= one.alpha <= one.high <= 1.0


def test_ratings_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(RatingsInvalid, match="equally long"):
        cohen_kappa(["yes"], [])
    with pytest.raises(RatingsInvalid, match="rows of equal length"):
        fleiss_kappa([["yes", "no"], ["yes"]])
    with pytest.raises(RatingsInvalid, match="two ratings"):
        krippendorff_alpha([["yes", None]])
    with pytest.raises(RatingsInvalid, match="two ratings"):
        agreement([], seed=1)

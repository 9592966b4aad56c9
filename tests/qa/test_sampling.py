from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import SampleInvalid
from qa.sampling import Candidate, Plan, draw, spread

CALLS = [
    Candidate(
        call=f"{agent}-{number}",
        agent=agent,
        stratum=agent,
        is_flagged=number % 7 == 0,
    )
    for agent in ("ayşe", "mehmet", "elif")
    for number in range(20)
]


def ids(calls: tuple[Candidate, ...]) -> list[str]:
    return [candidate.call for candidate in calls]


def test_each_stratum_gives_its_number_and_says_where_it_is_short() -> None:
    few = Candidate(call="x", agent="okan", stratum="okan")
    sample = draw([*CALLS, few], Plan(per_stratum=4, seed=1))

    assert Counter(c.stratum for c in sample.calls) == {
        "ayşe": 4,
        "mehmet": 4,
        "elif": 4,
        "okan": 1,
    }
    assert sample.short == {"okan": 3}


@settings(deadline=None, max_examples=30)
@given(st.permutations(CALLS), st.integers(0, 2**32))
def test_the_draw_depends_on_the_seed_and_not_on_the_order(
    shuffled: list[Candidate], seed: int
) -> None:
    plan = Plan(per_stratum=3, flagged=1, seed=seed)

    assert draw(shuffled, plan) == draw(CALLS, plan)


def test_another_seed_draws_other_calls() -> None:
    one, other = (draw(CALLS, Plan(per_stratum=5, seed=seed)) for seed in (1, 2))

    assert ids(one.calls) != ids(other.calls)


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_one_more_call_changes_at_most_one_draw(seed: int) -> None:
    plan = Plan(per_stratum=3, seed=seed)
    more = [*CALLS, Candidate(call="new", agent="ayşe", stratum="ayşe")]

    assert len(set(ids(draw(CALLS, plan).calls)) - set(ids(draw(more, plan).calls))) < 2


def test_every_call_has_the_same_chance() -> None:
    drawn = Counter(
        call
        for seed in range(2000)
        for call in ids(draw(CALLS[:20], Plan(per_stratum=5, seed=seed)).calls)
    )

    # 2,000 draws of 5 in 20: 500 each, standard deviation 19.4.
    assert all(abs(count - 500) < 5 * 19.4 for count in drawn.values())
    assert len(drawn) == 20


def test_flagged_calls_come_first_up_to_their_number() -> None:
    plan = Plan(per_stratum=4, flagged=2, seed=3)

    for agent in ("ayşe", "mehmet", "elif"):
        calls = [c for c in draw(CALLS, plan).calls if c.stratum == agent]
        assert sum(c.is_flagged for c in calls) >= 2
        assert len(calls) == 4


@settings(deadline=None)
@given(st.integers(0, 1000), st.integers(1, 6))
def test_reviewers_get_even_loads(seed: int, count: int) -> None:
    reviewers = [f"r{number}" for number in range(count)]
    loads = Counter(spread(CALLS, reviewers, seed).values())

    assert max(loads.values()) - min(loads[name] for name in reviewers) <= 1


def test_nobody_reviews_their_own_call() -> None:
    assigned = spread(CALLS, ["ayşe", "mehmet"], seed=1)

    assert all(not call.startswith(name) for call, name in assigned.items())
    with pytest.raises(SampleInvalid, match="others than the agent"):
        spread(CALLS, ["ayşe"], seed=1)


@pytest.mark.parametrize(
    ("per_stratum", "flagged", "name"),
    [(0, 0, "per_stratum"), (2, 3, "flagged"), (2, -1, "flagged")],
)
def test_an_impossible_plan_is_refused(
    per_stratum: int, flagged: int, name: str
) -> None:
    with pytest.raises(SampleInvalid, match=name):
        Plan(per_stratum=per_stratum, flagged=flagged, seed=1)


def test_a_call_given_twice_is_refused() -> None:
    with pytest.raises(SampleInvalid, match="ayşe-0 twice"):
        draw([CALLS[0], CALLS[0]], Plan(per_stratum=1, seed=1))

import json
from typing import Any

import pytest
from click.testing import CliRunner

from tests.webapp.cli.conftest import Vardiya
from webapp.cli.erlang import erlang_command


def erlang(*arguments: str) -> dict[str, Any]:  # Any: numbers, or null
    done = CliRunner().invoke(erlang_command, [*arguments, "--json"])
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.output)
    return answer


def test_the_answer_has_the_keys_others_rely_on() -> None:
    assert list(erlang("--calls", "250", "--aht", "210")) == [
        "agents",
        "scheduled_agents",
        "service_level",
        "asa_s",
        "occupancy",
        "wait_probability",
        "abandon_rate",
    ]


@pytest.mark.parametrize(
    ("agents", "level", "asa_s"),
    [(30, 0.235, 208.7), (31, 0.45, 74.7), (34, 0.815, 12.7)],
)
def test_given_agents_are_measured(agents: int, level: float, asa_s: float) -> None:
    # Cleveland's table of 250 calls of 210 s in half an hour, answered within 20 s
    found = erlang("--calls", "250", "--aht", "210", "--agents", str(agents))

    assert found["service_level"] == pytest.approx(level, abs=0.006)
    assert found["asa_s"] == pytest.approx(asa_s, abs=0.06)


def test_the_least_agents_keep_the_target_and_one_fewer_does_not() -> None:
    calls = ("--calls", "250", "--aht", "210", "--target", "80/20")
    agents = int(erlang(*calls)["agents"])

    assert erlang(*calls)["service_level"] >= 0.80
    assert erlang(*calls, "--agents", str(agents - 1))["service_level"] < 0.80


def test_shrinkage_and_an_occupancy_cap_add_agents() -> None:
    found = erlang(
        *("--calls", "100", "--aht", "180"),
        *("--shrinkage", "0.3", "--max-occupancy", "0.85"),
    )

    assert (found["agents"], found["scheduled_agents"]) == (14, 20)
    assert found["service_level"] == pytest.approx(0.88835, abs=1e-5)


def test_impatient_callers_need_fewer_agents_and_some_hang_up() -> None:
    calls = ("--calls", "250", "--aht", "210")

    patient, impatient = erlang(*calls), erlang(*calls, "--patience", "180")

    assert impatient["agents"] < patient["agents"]
    assert impatient["abandon_rate"] > patient["abandon_rate"] == 0


def test_an_overloaded_queue_waits_without_end() -> None:
    found = erlang("--calls", "250", "--aht", "210", "--agents", "10")

    assert found["asa_s"] is None
    assert found["service_level"] == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--calls", "-5"), "calls"),
        (("--aht", "0"), "aht_s must be > 0"),
        (("--target", "8020"), "expected a target such as 80/20"),
        (("--shrinkage", "1.2"), "shrinkage must be in [0, 1)"),
    ],
)
def test_an_impossible_value_is_wrong_use(
    vardiya: Vardiya, wrong: tuple[str, str], said: str
) -> None:
    done = vardiya("erlang", "--calls", "100", "--aht", "180", *wrong)

    assert done.returncode == 2
    assert said in done.stderr

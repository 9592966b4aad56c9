"""Times the inversion of Erlang C and A, beside pyworkforce if asked.

Run `python tests/benchmarks/erlang.py` from the repository root. Seconds are of one
core: threads are not used, and CPU time is given beside wall time. `--peer` adds
pyworkforce's Erlang C on fewer queues.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from forecasting.erlang import Traffic, measure_queue
from forecasting.staffing import StaffingTarget, required_agents

TARGET = StaffingTarget(service_level=0.8, answer_within_s=20.0, max_occupancy=1.0)
INTERVAL_S = 1800.0
PEER_QUEUES = 10_000

Result = TypeVar("Result")


def main() -> None:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", action="store_true", help="time pyworkforce too")
    with_peer = parser.parse_args().peer
    random = np.random.default_rng(2026)
    figures = {
        "erlang_c": measured(random, 1_000_000, np.inf),
        "erlang_a": measured(random, 10_000, 180.0),
    }
    if with_peer:
        figures["pyworkforce_c"] = peer_measured(random, PEER_QUEUES)
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


def queues(
    random: np.random.Generator, count: int, patience_s: float
) -> tuple[np.ndarray, np.ndarray, Traffic]:
    """Return calls per half hour, handling times and the traffic they make."""
    calls = random.uniform(1.0, 3000.0, count)
    aht_s = random.uniform(90.0, 600.0, count)
    return calls, aht_s, Traffic.from_calls(calls, INTERVAL_S, aht_s, patience_s)


def measured(
    random: np.random.Generator, count: int, patience_s: float
) -> dict[str, float]:
    """Return the time for so many inversions, and how many are not minimal."""
    _, _, traffic = queues(random, count, patience_s)
    agents, seconds = timed(lambda: required_agents(traffic, TARGET))
    enough = measure_queue(agents, traffic, 20.0).missed_share <= 0.2 + 1e-9
    fewer = np.maximum(agents - 1, 0)
    needless = measure_queue(fewer, traffic, 20.0).missed_share <= 0.2 - 1e-9
    wrong = int((~enough).sum() + needless.sum())
    return {"queues": count, **seconds, "not_minimal": wrong}


def peer_measured(random: np.random.Generator, count: int) -> dict[str, float]:
    """Return pyworkforce's time, and how many of its answers are not minimal."""
    from pyworkforce.queuing import ErlangC

    calls, aht_s, traffic = queues(random, count, np.inf)

    def solve() -> list[int]:
        found = []
        for volume, handling_s in zip(calls, aht_s, strict=True):
            queue = ErlangC(
                transactions=volume,
                aht=handling_s / 60.0,
                asa=20.0 / 60.0,
                interval=int(INTERVAL_S / 60.0),
            )
            answer = queue.required_positions(service_level=0.8, max_occupancy=1.0)
            found.append(answer["raw_positions"])
        return found

    theirs, seconds = timed(solve)
    differing = np.asarray(theirs) != required_agents(traffic, TARGET)
    return {"queues": count, **seconds, "not_minimal": int(np.count_nonzero(differing))}


def timed(work: Callable[[], Result]) -> tuple[Result, dict[str, float]]:
    """Return what the work returns, and the seconds it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, {
        "wall_s": round(time.perf_counter() - wall, 3),
        "cpu_s": round(time.process_time() - cpu, 3),
    }


if __name__ == "__main__":
    main()

"""Solve a public rostering instance (Curtois & Qu 2014) and recompute its cost.

python tests/benchmarks/rostering.py INSTANCE.txt --seconds 60 --json
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scheduling.dayroster import (
    DayCover,
    DayProblem,
    DayRequest,
    DayShift,
    DayWorker,
    Roster,
)
from scheduling.daysearch import solve_days
from scheduling.limits import Progress, SolveLimits

Sections = Mapping[str, list[list[str]]]


def read_instance(text: str) -> DayProblem:
    """Return the problem of an instance file.

    Raises:
        ValueError: naming the section that is missing or the line that is broken.
    """
    sections = _sections(text)
    days = int(sections["HORIZON"][0][0])
    shifts = tuple(
        DayShift(
            key=key,
            minutes=int(minutes),
            not_before=frozenset(filter(None, rest[0].split("|") if rest else ())),
        )
        for key, minutes, *rest in sections["SHIFTS"]
    )
    off = {key: frozenset(map(int, rest)) for key, *rest in sections["DAYS_OFF"]}
    requests = [
        DayRequest(
            worker=who, day=int(day), shift=shift, weight=int(weight), wants=wants
        )
        for name, wants in (("SHIFT_ON_REQUESTS", True), ("SHIFT_OFF_REQUESTS", False))
        for who, day, shift, weight in sections[name]
    ]
    cover = tuple(
        DayCover(
            day=int(day), shift=shift, wanted=int(n), under=int(under), over=int(over)
        )
        for day, shift, n, under, over in sections["COVER"]
    )
    workers = tuple(_worker(row, off) for row in sections["STAFF"])
    return DayProblem(
        days=days,
        shifts=shifts,
        workers=workers,
        cover=cover,
        requests=tuple(requests),
    )


def _sections(text: str) -> Sections:
    found: dict[str, list[list[str]]] = defaultdict(list)
    name = ""
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("SECTION_"):
            name = line.removeprefix("SECTION_")
        elif not name:
            raise ValueError(f"line {number}: expected SECTION_..., got {line}")
        else:
            found[name].append([part.strip() for part in line.split(",")])
    for needed in ("HORIZON", "SHIFTS", "STAFF", "COVER"):
        if needed not in found:
            raise ValueError(f"expected SECTION_{needed}, found {', '.join(found)}")
    return found


def _worker(row: Sequence[str], off: Mapping[str, frozenset[int]]) -> DayWorker:
    key, most, longest, least, run, short_run, free, weekends = row
    pairs = (part.split("=") for part in most.split("|") if part)
    return DayWorker(
        key=key,
        max_shifts={shift: int(count) for shift, count in pairs},
        min_minutes=int(least),
        max_minutes=int(longest),
        max_run=int(run),
        min_run=int(short_run),
        min_days_off=int(free),
        max_weekends=int(weekends),
        days_off=off.get(key, frozenset()),
    )


def cost_of(problem: DayProblem, roster: Roster) -> int:
    """Return the cost of a roster, counted from the roster alone."""
    numbers = {worker.key: at for at, worker in enumerate(problem.workers)}
    wishes = sum(
        request.weight
        for request in problem.requests
        if (roster[numbers[request.worker]][request.day] == request.shift)
        is not request.wants
    )
    staffed = Counter(
        (day, key) for row in roster for day, key in enumerate(row) if key
    )
    cover = 0
    for one in problem.cover:
        missing = one.wanted - staffed[one.day, one.shift]
        cover += one.under * missing if missing > 0 else -one.over * missing
    return wishes + cover


def faults_of(problem: DayProblem, roster: Roster) -> list[str]:
    """Return every hard rule that the roster breaks, counted from the roster alone."""
    return [
        f"{worker.key}: {fault}"
        for worker, row in zip(problem.workers, roster, strict=True)
        for fault in _faults(problem, worker, row)
    ]


def _faults(
    problem: DayProblem, worker: DayWorker, row: Sequence[str | None]
) -> Iterator[str]:
    lengths = {shift.key: shift.minutes for shift in problem.shifts}
    after = {shift.key: shift.not_before for shift in problem.shifts}
    minutes = sum(lengths[key] for key in row if key)
    if not worker.min_minutes <= minutes <= worker.max_minutes:
        yield f"{minutes} minutes"
    for key, count in Counter(filter(None, row)).items():
        if count > worker.max_shifts.get(key, 0):
            yield f"{count} shifts {key}"
    for day, (today, tomorrow) in enumerate(pairwise(row)):
        if today and tomorrow in after[today]:
            yield f"{today} then {tomorrow} on day {day}"
    for day in worker.days_off:
        if row[day]:
            yield f"works on day off {day}"
    runs = [(works, len(list(run))) for works, run in groupby(map(bool, row))]
    for at, (works, length) in enumerate(runs):
        is_inner = 0 < at < len(runs) - 1
        least = worker.min_run if works else worker.min_days_off
        if is_inner and length < least:
            yield f"{'run' if works else 'rest'} of {length}"
        if works and length > worker.max_run:
            yield f"run of {length}"
    weekends = sum(any(row[at : at + 2]) for at in range(5, len(row), 7))
    if weekends > worker.max_weekends:
        yield f"{weekends} weekends"


def main(arguments: Sequence[str] | None = None) -> int:
    """Solve the instance named on the command line; 0 if a valid roster came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("instance", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    problem = read_instance(given.instance.read_text())
    limits = SolveLimits(seconds=given.seconds, seed=given.seed, workers=given.workers)

    def tell(now: Progress) -> None:
        if not given.json:
            print(f"{now.seconds:7.1f} s  best {now.best}  bound {now.bound}")

    result = solve_days(problem, limits, on_progress=tell)
    faults = faults_of(problem, result.roster) if result.roster else ["no roster"]
    cost = cost_of(problem, result.roster) if result.roster else None
    answer = {
        "instance": given.instance.name,
        "status": str(result.status),
        "cost": cost,
        "bound": result.bound,
        "seconds": round(result.seconds, 2),
        "faults": faults,
    }
    print(json.dumps(answer) if given.json else answer)
    return 1 if faults or cost != result.cost else 0


if __name__ == "__main__":
    sys.exit(main())

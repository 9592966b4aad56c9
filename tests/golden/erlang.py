"""Writes erlang.csv: Erlang's formulas at 50 digits, by sums and series.

Run `python tests/golden/erlang.py` from the repository root; it takes about four
minutes. Erlang B comes from its inverse recursion (or, for fractional agents, from
the incomplete gamma function), Erlang A from confluent hypergeometric series and
quadrature of the waiting density: nothing is shared with the project's code. Times
are in units of AHT.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import mpmath as mp  # type: ignore[import-untyped]  # ships no types

mp.mp.dps = 50

TABLE = Path(__file__).with_suffix(".csv")
FIELDS = (
    "agents",
    "load",
    "patience",
    "within",
    "blocking",
    "wait_probability",
    "missed_share",
    "abandon_rate",
    "asa",
)
DEVIATIONS = (-30.0, -10.0, -4.0, -1.0, -0.2, 0.0, 0.2, 1.0, 2.5, 4.5, 7.0, 12.0, 30.0)
PATIENCES = ("inf", "0", "0.05", "0.5", "2", "40")
WITHIN = "0.1"
MOST_TERMS = 10**8


def main() -> None:
    """Write the table beside this script."""
    with TABLE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        for agents, load, patience, within in cases():
            found = measures(agents, mp.mpf(load), mp.mpf(patience), mp.mpf(within))
            figures = [mp.nstr(value, 20) for value in found]
            writer.writerow([agents, load, patience, within, *figures])


def cases() -> Iterator[tuple[str, str, str, str]]:
    """Yield agents, load, patience and answer time, as the decimals they are."""
    for load in ("0.01", "0.3", "2", "17.5", "100", "1000", "10000", "100000"):
        root = float(load) ** 0.5
        counts = {max(0, round(float(load) + k * root)) for k in DEVIATIONS}
        for agents in sorted(counts | {1}):
            for patience in PATIENCES if float(load) <= 1000 else ("inf", "0"):
                yield str(agents), load, patience, WITHIN
    for agents, load in (("9990", "10000"), ("4552", "5000"), ("10", "10")):
        yield agents, load, "1", "0.111"
    for agents in ("0.5", "2.25", "17.75", "101.3"):
        yield agents, "16.5", "inf", WITHIN
        yield agents, "16.5", "1.5", WITHIN


def measures(
    agents: str, load: mp.mpf, patience: mp.mpf, within: mp.mpf
) -> tuple[mp.mpf, ...]:
    """Return P(busy), P(wait), missed and abandoned shares, mean wait if answered."""
    n = mp.mpf(agents)
    inverse = inverse_blocking(n, load)
    if patience == mp.inf:
        return (1 / inverse, *erlang_c(n, load, within, inverse))
    if patience == 0:
        asa = mp.inf if n == 0 else mp.mpf(0)
        return (1 / inverse, 1 / inverse, 1 / inverse, 1 / inverse, asa)
    return (1 / inverse, *erlang_a(n, load, (patience, within), inverse))


def inverse_blocking(n: mp.mpf, load: mp.mpf) -> mp.mpf:
    """Return 1 / B, by recursion where n is whole."""
    if n != int(n):
        log = load - n * mp.log(load)
        return mp.exp(log) * mp.gammainc(n + 1, load)
    inverse = mp.mpf(1)
    for k in range(1, int(n) + 1):
        inverse = 1 + inverse * k / load
    return inverse


def erlang_c(
    n: mp.mpf, load: mp.mpf, within: mp.mpf, inverse: mp.mpf
) -> tuple[mp.mpf, ...]:
    """Return the measures of patient callers."""
    if n <= load:
        return mp.mpf(1), mp.mpf(1), mp.mpf(0), mp.inf
    waiting = n / (n + (n - load) * (inverse - 1))
    missed = waiting * mp.exp(-(n - load) * within)
    return waiting, missed, mp.mpf(0), waiting / (n - load)


def erlang_a(
    n: mp.mpf, load: mp.mpf, times: tuple[mp.mpf, mp.mpf], inverse: mp.mpf
) -> tuple[mp.mpf, ...]:
    """Return the measures of callers who hang up after exponential patience."""
    patience, within = times
    if n == 0:
        return mp.mpf(1), mp.mpf(1), mp.mpf(1), mp.inf
    c, eta, threshold = n * patience, load * patience, within / patience
    states = mp.hyp1f1(1, c + 1, eta, maxterms=MOST_TERMS)
    full = 1 / (inverse + states - 1)
    abandoned = full * mp.hyp1f1(2, c + 2, eta, maxterms=MOST_TERMS) / (c + 1)
    later = eta * mp.exp(-threshold)
    scale = mp.exp(-(c + 1) * threshold + eta - later)
    late = full * c / (c + 1) * scale * mp.hyp1f1(1, c + 2, later, maxterms=MOST_TERMS)
    served = (inverse - 1) * full + full * c / (c + 1) * mp.hyp1f1(
        1, c + 2, eta, maxterms=MOST_TERMS
    )
    return (
        states * full,
        late + abandoned,
        abandoned,
        patience * full * c * timed_integral(c, eta) / served,
    )


def timed_integral(c: mp.mpf, eta: mp.mpf) -> mp.mpf:
    """Return the integral of u exp(-(c + 1) u + eta (1 - exp(-u))) over u > 0."""
    peak = max(mp.log(eta / (c + 1)), mp.mpf(0))
    width = 1 / mp.sqrt(c + 1)
    marks = sorted(
        {peak + k * width for k in range(-16, 17, 2) if peak + k * width > 0}
    )
    far = [marks[-1] + k for k in (1, 4, 20, 100)] if marks else []

    def density(u: mp.mpf) -> mp.mpf:
        return u * mp.exp(-(c + 1) * u - eta * mp.expm1(-u))

    return mp.quad(density, [0, *marks, *far, mp.inf])


if __name__ == "__main__":
    main()

"""`vardiya simulate`: callers and agents played through, call by call."""

import json
import math
import sys

import click
import numpy as np

from forecasting.simulation import (
    Estimate,
    QueueDay,
    ServiceShape,
    SimulationResult,
    simulate,
)


@click.command("simulate")
@click.option("--calls", type=click.FloatRange(0), required=True, help="An interval.")
@click.option(
    "--interval",
    type=click.FloatRange(0, min_open=True),
    default=30.0,
    show_default=True,
    help="Minutes.",
)
@click.option("--aht", type=click.FloatRange(0, min_open=True), required=True)
@click.option("--agents", type=click.IntRange(0), required=True, help="On the phones.")
@click.option(
    "--intervals",
    "count",
    type=click.IntRange(1, 1000),
    default=18,
    show_default=True,
    help="Intervals of a day.",
)
@click.option("--within", type=click.FloatRange(0), default=20.0, show_default=True)
@click.option("--patience", type=click.FloatRange(0, min_open=True), help="Seconds.")
@click.option(
    "--service",
    type=click.Choice([shape.value for shape in ServiceShape]),
    default=ServiceShape.EXPONENTIAL.value,
    show_default=True,
    help="How handling times vary.",
)
@click.option("--days", type=click.IntRange(2), default=100, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def simulate_command(
    *,
    calls: float,
    interval: float,
    aht: float,
    agents: int,
    count: int,
    within: float,
    patience: float | None,
    service: str,
    days: int,
    seed: int,
    as_json: bool,
) -> None:
    """Play many days of one queue and print what callers met, with its uncertainty.

    The check on `vardiya erlang`: a day begins with an empty queue, so service comes
    out a little better than the formula's steady state.

    Example: vardiya simulate --calls 250 --aht 210 --agents 34 --days 200 --json
    """
    day = QueueDay(
        interval_s=60.0 * interval,
        volume=np.full(count, calls),
        aht_s=np.full(count, aht),
        agents=np.full(count, agents, dtype=np.int64),
        patience_s=math.inf if patience is None else patience,
        service=ServiceShape(service),
    )
    if sys.stderr.isatty() and not as_json:
        click.echo(f"playing {days} days …", err=True)
    found = simulate(day, within, days, seed)
    click.echo(
        json.dumps(_summary(found, seed)) if as_json else _sentences(found, within)
    )


def _summary(found: SimulationResult, seed: int) -> dict[str, object]:
    return {
        "service_level": _estimate(found.service_level),
        "asa_s": _estimate(found.asa_s),
        "abandon_rate": _estimate(found.abandon_rate),
        "calls": found.calls,
        "seed": seed,
    }


def _estimate(value: Estimate) -> dict[str, float | None]:
    mean = value.mean if math.isfinite(value.mean) else None
    return {"mean": mean, "half_width_95": value.half_width}


def _sentences(found: SimulationResult, within: float) -> str:
    level, wait, lost = found.service_level, found.asa_s, found.abandon_rate
    return (
        f"{found.calls} calls\n"
        f"answered within {within:g} s: {level.mean:.1%} ± {level.half_width:.1%}\n"
        f"mean wait of the answered: {wait.mean:.1f} ± {wait.half_width:.1f} s\n"
        f"hung up: {lost.mean:.1%} ± {lost.half_width:.1%}"
    )

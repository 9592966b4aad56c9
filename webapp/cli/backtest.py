"""`vardiya backtest`: what the forecasts would have been worth, from a file alone."""

import json
import sys
from contextlib import nullcontext
from pathlib import Path

import click

from forecasting.backtest import BacktestResult, backtest
from forecasting.calendar import Calendar
from forecasting.grid import DEFAULT_ZONE
from forecasting.history import IntervalHistory
from forecasting.interval_file import IntervalOptions, read_intervals
from forecasting.table import read_table
from webapp.services.forecast_progress import (
    counted_contestants,
    origins_of_backtest,
)

# What a planner would do by hand: copy the last same weekday, or average some.
BASELINES = ("seasonal_naive", "weekday_mean_4")


@click.command("backtest")
@click.argument("history", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--interval", type=int, default=30, show_default=True, help="Minutes.")
@click.option("--horizon-days", type=click.IntRange(1), default=5, show_default=True)
@click.option("--last-days", type=click.IntRange(1), default=40, show_default=True)
@click.option("--zone", default=DEFAULT_ZONE, show_default=True)
@click.option("--queue", help="The queue, where the file has several.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def backtest_command(
    history: Path,
    interval: int,
    horizon_days: int,
    last_days: int,
    zone: str,
    queue: str | None,
    *,
    as_json: bool,
) -> None:
    """Forecast each of the last days of HISTORY from what was known days before.

    HISTORY is CSV (also gzipped) or XLSX with a time column and `offered` (or
    `Calls`, `calls`), perhaps `aht_s`. Every method is fitted anew for each day.

    Example: vardiya backtest history.csv --interval 30 --horizon-days 5 --json
    """
    known = _history(history, zone, queue).rebinned(interval)
    is_shown = sys.stderr.isatty() and not as_json
    bar = click.progressbar(
        length=origins_of_backtest(
            known_days=len(known.known_days),
            horizon_days=horizon_days,
            last_days=last_days,
        ),
        label="Forecasting days of the past",
        file=sys.stderr,
    )
    with bar if is_shown else nullcontext():
        models = counted_contestants(
            (lambda: bar.update(1)) if is_shown else (lambda: None)
        )
        result = backtest(known, Calendar(), horizon_days, last_days, models)
    summary = _summary(result)
    click.echo(json.dumps(summary) if as_json else _sentences(result))


def _history(path: Path, zone: str, queue: str | None) -> IntervalHistory:
    table = read_table(path.read_bytes(), path.name)
    rows = read_intervals(table, IntervalOptions(zone=zone))
    if rows.errors:
        click.echo(f"{len(rows.errors)} bad lines were left out", err=True)
    return rows.to_history(queue)


def _summary(result: BacktestResult) -> dict[str, object]:
    scores = {
        score.name: {"wape": score.wape, "bias": score.bias, "days": score.days}
        for score in result.baselines
    }
    return {
        "wape": result.wape,
        "bias": result.bias,
        "coverage_80": result.coverage_80,
        "method": result.method,
        "horizon_days": result.horizon_days,
        "days": len(result.days),
        "first_day": result.days[0].isoformat(),
        "last_day": result.days[-1].isoformat(),
        "baselines": {
            name: score for name, score in scores.items() if name in BASELINES
        },
        "methods": scores,
    }


def _sentences(result: BacktestResult) -> str:
    lines = [
        (
            f"{len(result.days)} days, each forecast {result.horizon_days} days ahead: "
            f"WAPE {result.wape:.2%}, bias {result.bias:+.2%}, "
            f"{result.coverage_80:.0%} of intervals inside the 80 % band"
        ),
        f"method at the end: {result.method}",
    ]
    lines += [
        f"  {score.name:<16} {score.wape:7.2%}  ({score.days} days)"
        for score in result.baselines
    ]
    return "\n".join(lines)

"""`vardiya erlang`: agents for some calls in an interval, by Erlang C or A."""

import json
import math

import click
import numpy as np

from forecasting.erlang import Traffic, measure_queue
from forecasting.staffing import StaffingTarget, required_agents, scheduled_agents


class TargetType(click.ParamType[tuple[float, float]]):
    """A service-level target as people write it: 80/20."""

    name = "SHARE/SECONDS"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[float, float]:
        """Return (share answered in time, seconds)."""
        if isinstance(value, tuple):
            return value
        share, _, within = str(value).partition("/")
        try:
            per_cent, seconds = float(share), float(within)
        except ValueError:
            self.fail(f"expected a target such as 80/20, got {value!r}", param, ctx)
        if not 0 < per_cent < 100:
            self.fail(f"expected a per cent in (0, 100), got {share}", param, ctx)
        return per_cent / 100, seconds


@click.command("erlang")
@click.option("--calls", type=float, required=True, help="Calls in the interval.")
@click.option(
    "--interval", type=float, default=30.0, show_default=True, help="Minutes."
)
@click.option("--aht", type=float, required=True, help="Handling time, seconds.")
@click.option("--target", type=TargetType(), default="80/20", show_default=True)
@click.option("--patience", type=float, help="Mean patience, seconds: Erlang A.")
@click.option("--shrinkage", type=float, default=0.0, help="Share, such as 0.3.")
@click.option("--max-occupancy", type=float, default=1.0, help="Share, such as 0.85.")
@click.option("--agents", type=int, help="Measure so many agents instead.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def erlang_command(
    calls: float,
    interval: float,
    aht: float,
    target: tuple[float, float],
    patience: float | None,
    shrinkage: float,
    max_occupancy: float,
    agents: int | None,
    *,
    as_json: bool,
) -> None:
    """Print the least agents that keep a target, and what callers then meet.

    Example: vardiya erlang --calls 250 --interval 30 --aht 210 --target 80/20
    """
    promise = StaffingTarget(
        service_level=target[0], answer_within_s=target[1], max_occupancy=max_occupancy
    )
    traffic = Traffic.from_calls(
        calls, interval * 60.0, aht, math.inf if patience is None else patience
    )
    if agents is None:
        agents = int(required_agents(traffic, promise))
    scheduled = int(scheduled_agents(agents, shrinkage))
    found = measure_queue(
        np.asarray(agents), traffic, promise.answer_within_s, promise.abandons
    )
    result = {
        "agents": agents,
        "scheduled_agents": scheduled,
        "service_level": float(found.service_level),
        "asa_s": float(found.asa_s) if np.isfinite(found.asa_s) else None,
        "occupancy": float(found.occupancy),
        "wait_probability": float(found.wait_probability),
        "abandon_rate": float(found.abandon_rate),
    }
    click.echo(json.dumps(result) if as_json else _sentences(result, promise))


def _sentences(result: dict[str, float | None], promise: StaffingTarget) -> str:
    asa = result["asa_s"]
    wait = "without end" if asa is None else f"{asa:.1f} s"
    return (
        f"{result['agents']} agents on the phones, "
        f"{result['scheduled_agents']} scheduled with shrinkage\n"
        f"answered within {promise.answer_within_s:g} s: "
        f"{result['service_level']:.1%}   mean wait of the answered: {wait}\n"
        f"occupancy {result['occupancy']:.1%}   must wait "
        f"{result['wait_probability']:.1%}   hang up {result['abandon_rate']:.1%}"
    )

"""`vardiya solve` and `vardiya audit`: a rota from a file, and one checked again."""

import json
import sys
from pathlib import Path

import click

from scheduling.audit import audit
from scheduling.documents import read_problem, read_rota, write_rota
from scheduling.errors import InvalidProblem
from scheduling.limits import Progress, SolveLimits
from scheduling.problem import RotaProblem
from scheduling.rota import RotaResult, Status

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
WITH_A_ROTA = (Status.OPTIMAL, Status.FEASIBLE)


@click.command("solve")
@click.argument("problem", type=A_FILE)
@click.option("--seconds", type=click.FloatRange(0.1), default=60.0, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Rota as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def solve_command(
    problem: Path,
    seconds: float,
    seed: int,
    threads: int,
    output: Path | None,
    *,
    as_json: bool,
) -> None:
    """Find the best rota for PROBLEM (format: scheduling/documents.py).

    Example: vardiya solve week.json --seconds 60 -o rota.json --json
    """
    from scheduling.solve import solve  # loads the solver

    posed = _problem(problem)
    limits = SolveLimits(seconds=seconds, seed=seed, workers=threads)
    is_terminal = sys.stderr.isatty() and not as_json
    result = solve(
        posed, limits, on_progress=_show if is_terminal else lambda _progress: None
    )
    if output is not None and result.status in WITH_A_ROTA:
        output.write_text(write_rota(posed, result), encoding="utf-8")
    click.echo(json.dumps(_summary(result)) if as_json else _sentence(result))
    if result.status not in WITH_A_ROTA:
        raise SystemExit(1)


@click.command("audit")
@click.argument("problem", type=A_FILE)
@click.argument("rota", type=A_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def audit_command(problem: Path, rota: Path, *, as_json: bool) -> None:
    """Check every rule and the coverage of ROTA again, without the solver.

    Exit status 1 if it breaks a rule. Example: vardiya audit week.json rota.json
    """
    posed = _problem(problem)
    found = audit(posed, read_rota(_text(rota), posed.grid.zone))
    breaches = [
        {
            "code": one.code,
            "agent": one.agent,
            "day": one.day.isoformat(),
            "params": dict(one.params),
        }
        for one in found.breaches
    ]
    summary = {
        "breaches": breaches,
        "objective": found.objective,
        "understaffed_agent_intervals": found.understaffed_agent_intervals,
        "penalties": {p.code: p.points for p in found.penalties},
    }
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False, default=str))
    else:
        for one in breaches:
            click.echo(f"{one['day']} {one['agent']}: {one['code']} {one['params']}")
        click.echo(
            f"{len(breaches)} breaches, objective {found.objective}, "
            f"{found.understaffed_agent_intervals} agent-intervals short"
        )
    if breaches:
        raise SystemExit(1)


def _problem(path: Path) -> RotaProblem:
    try:
        return read_problem(_text(path))
    except InvalidProblem as error:
        lines = "\n".join(f"- {fault}" for fault in error.faults)
        raise click.ClickException(
            f"{path} cannot be used, {len(error.faults)} faults:\n{lines}"
        ) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path}: expected JSON in UTF-8") from error


def _show(progress: Progress) -> None:
    click.echo(
        f"{progress.seconds:6.1f} s  {progress.stage:<10} "
        f"best {progress.best}  bound {progress.bound}",
        err=True,
    )


def _summary(result: RotaResult) -> dict[str, object]:
    return {
        "status": str(result.status),
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "understaffed_agent_intervals": (
            result.understaffed_agent_intervals
            if result.status in WITH_A_ROTA
            else None
        ),
        "seconds": round(result.seconds, 3),
        "penalties": {p.code: p.points for p in result.penalties},
        "reasons": [
            {"code": reason.code, "params": dict(reason.params)}
            for reason in result.reasons
        ],
    }


def _sentence(result: RotaResult) -> str:
    if result.status not in WITH_A_ROTA:
        reasons = "\n".join(f"- {r.code} {dict(r.params)}" for r in result.reasons)
        return f"{result.status} after {result.seconds:.1f} s\n{reasons}"
    gap = "unproven" if result.gap is None else f"{result.gap:.2%}"
    return (
        f"{result.status}: objective {result.objective}, bound {result.bound}, "
        f"gap {gap}, {result.understaffed_agent_intervals} agent-intervals short, "
        f"{result.seconds:.1f} s"
    )

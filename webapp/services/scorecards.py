"""Scorecards: an agent's confirmed evaluations, and how they stand and move."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from qa.trends import Change, Trend, change, trend
from webapp.models.people import User
from webapp.models.quality import Evaluation, EvaluationState
from webapp.services.errors import NotFound

PERIOD = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """How often an item was met, and how often a person overrode the machine.

    Attributes:
        met, counted: calls with a yes, and with a yes or a no.
        overridden, proposed: proposals that a person changed, of those made.
    """

    key: str
    met: int
    counted: int
    overridden: int
    proposed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """An agent's scorecard.

    Attributes:
        evaluations: those that stand, the latest call first.
        trend: of their totals, in points of 100.
        change: the last 30 days less the 30 days before.
    """

    agent_id: int
    name: str
    evaluations: list[Evaluation]
    trend: Trend
    change: Change
    items: list[ItemLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLine:
    """An agent in the list of all."""

    agent_id: int
    name: str
    trend: Trend
    last_at: datetime


def scorecard(session: Session, agent_id: int, *, now: datetime) -> Scorecard:
    """Return a person's scorecard.

    Raises:
        NotFound: if there is no such person.
    """
    person = session.get(User, agent_id)
    if person is None:
        raise NotFound("scorecard", agent_id)
    evaluations = list(
        session.scalars(
            sa.select(Evaluation)
            .join(Evaluation.recording)
            .where(
                Evaluation.agent_id == agent_id,
                Evaluation.state == EvaluationState.CONFIRMED,
            )
            .options(
                joinedload(Evaluation.recording),
                joinedload(Evaluation.form_version),
                selectinload(Evaluation.items),
                selectinload(Evaluation.responses),
            )
        )
    )
    evaluations.sort(key=lambda e: (e.recording.started_at, e.id), reverse=True)
    scored = [
        (e.recording.started_at, e.total * 100)
        for e in evaluations
        if e.total is not None
    ]
    recent = [total for at, total in scored if at > now - PERIOD]
    before = [t for at, t in scored if now - 2 * PERIOD < at <= now - PERIOD]
    return Scorecard(
        agent_id=agent_id,
        name=person.full_name,
        evaluations=evaluations,
        trend=trend([total for _, total in scored]),
        change=change(before, recent),
        items=_items(evaluations),
    )


def _items(evaluations: list[Evaluation]) -> list[ItemLine]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for evaluation in evaluations:
        for item in evaluation.items:
            line = counts[item.key]
            line[0] += item.verdict == "yes"
            line[1] += item.verdict in ("yes", "no")
            made = item.proposed is not None and item.proposed != "unsure"
            line[2] += made and item.verdict != item.proposed
            line[3] += made
    return [
        ItemLine(key=key, met=met, counted=counted, overridden=over, proposed=made)
        for key, (met, counted, over, made) in counts.items()
    ]


def all_agents(session: Session) -> list[AgentLine]:
    """Return every agent with confirmed evaluations, by name."""
    totals: dict[tuple[int, str], list[Evaluation]] = defaultdict(list)
    rows = session.scalars(
        sa.select(Evaluation)
        .where(Evaluation.state == EvaluationState.CONFIRMED)
        .where(Evaluation.agent_id.is_not(None))
        .options(joinedload(Evaluation.agent), joinedload(Evaluation.recording))
    )
    for row in rows:
        if row.agent is not None:
            totals[row.agent.id, row.agent.full_name].append(row)
    lines = [
        AgentLine(
            agent_id=number,
            name=name,
            trend=trend([e.total * 100 for e in found if e.total is not None]),
            last_at=max(e.recording.started_at for e in found),
        )
        for (number, name), found in totals.items()
    ]
    return sorted(lines, key=lambda line: line.name)

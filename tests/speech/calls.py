"""calls.yaml as values: who says what, when, and what is true of each call."""

from dataclasses import dataclass
from typing import Any

import yaml

from tests.speech.espeak import Voice
from tests.speech.vocabulary import HERE, spoken_words
from tests.speech.voices import unseen

USUAL_GAP_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing said.

    Attributes:
        by_agent: whether the agent says it.
        text: as written.
        gap_s: silence since the last word of the call; negative while it is spoken.
    """

    by_agent: bool
    text: str
    gap_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call to speak.

    Attributes:
        agent_channel: 0 or 1; the caller is on the other.
        lines: in the order of their start.
        metadata: what calls.json says about the call, as plain values.
    """

    id: str
    format: str
    agent_channel: int
    agent_voice: Voice
    caller_voice: Voice
    lines: tuple[Line, ...]
    metadata: dict[str, object]

    def spoken(self, by_agent: bool) -> list[str]:
        """Return all words of one side, in order."""
        return [
            word
            for line in self.lines
            if line.by_agent is by_agent
            for word in spoken_words(line.text)
        ]


Row = dict[str, Any]  # what YAML gives is checked by use


def read_calls() -> list[Call]:
    """Return the calls of calls.yaml.

    Raises:
        ValueError: if a voice is one that the model was trained on.
    """
    document = yaml.safe_load((HERE / "calls.yaml").read_text("utf-8"))
    agents = {agent["index"]: agent for agent in document["agents"]}
    return [_call(row, agents[row["agent"]]) for row in document["calls"]]


def _call(row: Row, agent: Row) -> Call:
    return Call(
        id=row["id"],
        format=row["format"],
        agent_channel=row["agent_channel"],
        agent_voice=_voice(agent),
        caller_voice=_voice(row["caller"]),
        lines=_lines(row["lines"]),
        metadata={
            "id": row["id"],
            "title": row["title"],
            "agent_index": agent["index"],
            "agent_name": agent["name"],
            "agent_channel": row["agent_channel"],
            "caller_name": row["caller"]["name"],
            "direction": row["direction"],
            "queue": row["queue"],
            "start": dict(row["start"]),
            "record_type": row["record_type"],
            "unit": row["unit"],
            "truth": row["truth"],
        },
    )


def _voice(row: Row) -> Voice:
    return unseen(row["voice"], row["rate"], row["pitch"])


def _lines(rows: list[Row]) -> tuple[Line, ...]:
    lines: list[Line] = []
    pause = 0.0
    for row in rows:
        if "pause" in row:
            pause += float(row["pause"])
            continue
        by_agent = "agent" in row
        lines.append(
            Line(
                by_agent=by_agent,
                text=row["agent" if by_agent else "caller"],
                gap_s=pause + float(row.get("gap", USUAL_GAP_S)),
            )
        )
        pause = 0.0
    return tuple(lines)

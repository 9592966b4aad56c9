"""One call: its player, words and form, once it was opened for a purpose."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, current_user
from webapp.db import Session
from webapp.i18n import call_words, words
from webapp.i18n.formats import chosen_locale
from webapp.services import (
    appeals,
    call_pages,
    evaluations,
    jobs,
    recordings,
    speech_models,
)
from webapp.services.call_pages import FormSeen
from webapp.services.recordings import Opening
from webapp.views import call_entry
from webapp.views.requests import clock, settings

Call = recordings.Recording
Evaluation = evaluations.Evaluation


def opening_of(session: Session, recording_id: int) -> Opening | None:
    """Return the reader's opening of a call that the address names."""
    return recordings.opening(
        session,
        recording_id,
        request.args.get("opening", type=int),
        actor_id=current_user().id,
        now=clock(),
    )


def silenced(call: Call) -> list[tuple[int, float, float]] | None:
    """Return what of a call's sound is silenced; None while nobody knows."""
    row = recordings.newest_transcript(call)
    if row is None:
        return None
    return call_pages.private_spans(call_pages.transcript_of(row, call))


def render(
    recording_id: int,
    *,
    errors: Mapping[str, str] | None = None,
    item_errors: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    """Return a call's page: what it is opened for first, then all of it."""
    me, now = current_user(), clock()
    with db.reading() as session:
        call = recordings.call(session, recording_id)
        opened = opening_of(session, recording_id)
        found = evaluations.standing_of(session, recording_id)
        context = {
            "call": call,
            "opened": opened,
            "running": [
                job
                for job in jobs.of_subject(session, ("recording", call.id), now=now)[:1]
                if job.state != "done"
            ],
            "model": speech_models.active(session, settings().models),
            "purposes": words.choices(call_words.PURPOSES),
            "evaluation": found,
            "mode": _mode(call, found),
            "appeal": found and appeals.open_appeal(found),
            "errors": errors or {},
            "item_errors": item_errors or {},
            **call_entry.choices(session),
        }
    if opened is not None:
        context |= _contents(call, found, opened)
    context["is_fixture"] = speech_models.is_fixture_name(
        call.transcripts[-1].model_name if call.transcripts else ""
    )
    may_original = me.may(Permission.VIEW_ORIGINAL)
    page = render_template("calls/show.html", may_original=may_original, **context)
    return page, 422 if errors or item_errors else 200


def _mode(call: Call, found: Evaluation | None) -> str:
    """Return what the reader may do with the form: confirm, decide or nothing."""
    me = current_user()
    if found is None or me.id in (found.agent_id, call.agent_id):
        return ""
    if found.state is evaluations.EvaluationState.PROPOSED:
        return "confirm" if me.may(Permission.EVALUATE) else ""
    may_decide = me.may(Permission.DECIDE_APPEAL) and found.confirmed_by_id != me.id
    return "appeal" if may_decide and appeals.open_appeal(found) else ""


def _contents(
    call: Call, found: Evaluation | None, opened: Opening
) -> dict[str, object]:
    row = recordings.newest_transcript(call)
    if row is None:
        return {"form": None, "turns": (), "sound_url": "", "player_data": {}}
    form = call_pages.form_seen(found) if found else None
    items = form.items() if form else []
    transcript = call_pages.transcript_of(row, call)
    turns = call_pages.turns(transcript, items, original=opened.is_original)
    return {
        "form": form,
        "turns": [_turn(turn) for turn in turns],
        "sound_url": url_for("calls.sound", recording_id=call.id, opening=opened.id),
        "player_data": _player(call, form, transcript.speakers),
    }


def _turn(turn: call_pages.TurnSeen) -> dict[str, object]:
    speaker = words.word(call_words.SPEAKERS, turn.speaker)
    return asdict(turn) | {"speaker": speaker}


def _player(
    call: Call, form: FormSeen | None, speakers: tuple[str, ...]
) -> dict[str, object]:
    locale = chosen_locale()
    marks: list[dict[str, object]] = []
    for item in form.items() if form else []:
        if item.stands not in call_pages.KINDS:
            continue
        label = call_pages.localised(item.title, locale)
        for number, found in enumerate(item.evidence):
            place = {"start_s": found.start_s, "end_s": found.end_s}
            kind = call_pages.KINDS[item.stands]
            name = f"{item.key}-{number}"
            marks.append({"id": name, "kind": kind, "label": label, **place})
    for name, label, rows in (
        ("silence", _("Long silence"), call_pages.long_silences(call)),
        ("talk-over", _("Both speak at once"), call_pages.talk_over(call)),
    ):
        marks += [
            {
                "id": f"{name}-{n}",
                "start_s": a,
                "end_s": b,
                "kind": "info",
                "label": label,
            }
            for n, (a, b) in enumerate(rows)
        ]
    peaks = (call.sound or {}).get("peaks") or [None] * call.channels
    channels = [
        {"name": words.word(call_words.SPEAKERS, who)} | ({"peaks": p} if p else {})
        for who, p in zip(speakers, peaks, strict=False)
    ]
    ordered = sorted(marks, key=lambda mark: float(str(mark["start_s"])))
    return {"duration_s": call.duration_s, "channels": channels, "marks": ordered}

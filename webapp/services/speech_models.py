"""Which speech model transcribes: installed by IT, one of them active."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from recordings import models
from recordings.models import SpeechModel
from webapp.models.people import CentreSetting
from webapp.services import audit

SETTING = "speech_model"
FIXTURE = models.FIXTURE_ARCHIVE.stem
OFFICIAL = next(iter(models.OFFICIAL))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """An installed model as the page shows it."""

    model: SpeechModel
    is_active: bool
    is_fixture: bool


def active_name(session: Session) -> str:
    """Return the name of the chosen model, "" where none was chosen."""
    stored = session.get(CentreSetting, SETTING)
    return str(stored.value["name"]) if stored else ""


def active(session: Session, folder: Path) -> SpeechModel | None:
    """Return the chosen model, the only installed one where none was chosen."""
    known = models.installed(folder)
    name = active_name(session)
    chosen = [model for model in known if model.name == name]
    if chosen:
        return chosen[0]
    return known[0] if len(known) == 1 and not name else None


def is_fixture(model: SpeechModel | None) -> bool:
    """Tell whether a model is the tests' and demo's own."""
    return model is not None and is_fixture_name(model.name)


def is_fixture_name(name: str) -> bool:
    """Tell whether a transcript's model is the tests' and demo's own."""
    return name.startswith(FIXTURE)


def lines(session: Session, folder: Path) -> tuple[ModelLine, ...]:
    """Return the installed models by name."""
    in_use = active(session, folder)
    return tuple(
        ModelLine(model=model, is_active=model == in_use, is_fixture=is_fixture(model))
        for model in models.installed(folder)
    )


def use(
    session: Session, folder: Path, name: str, *, actor_id: int | None, now: datetime
) -> SpeechModel:
    """Choose the model that transcribes from now on.

    Raises:
        ModelUnknown: if it is not installed.
    """
    model = models.find(name, folder)
    before = active_name(session)
    session.merge(
        CentreSetting(
            key=SETTING, value={"name": name}, changed_at=now, changed_by_id=actor_id
        )
    )
    audit.record(
        session,
        actor_id=actor_id,
        action="model.chosen",
        object_type="speech_model",
        object_id=name,
        details={"before": before, "hash": model.hash},
        now=now,
    )
    return model


def record_install(
    session: Session, model: SpeechModel, *, actor_id: int | None, now: datetime
) -> None:
    """Note in the audit log that a model was installed, from which archive."""
    audit.record(
        session,
        actor_id=actor_id,
        action="model.installed",
        object_type="speech_model",
        object_id=model.name,
        details={"hash": model.hash, "archive": model.archive_hash},
        now=now,
    )

"""The form that calls are scored on, version by version; a used one never changes."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qa.forms import Form, default_form_text
from webapp.models.people import User
from webapp.models.quality import Evaluation, FormVersion
from webapp.services import audit
from webapp.services.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version as the list shows it; `uses` counts the evaluations on it."""

    id: int
    form_key: str
    version: int
    is_current: bool
    created_at: datetime
    created_by: str | None
    uses: int


def current(session: Session, *, now: datetime) -> FormVersion:
    """Return the version in use; the form of the package where there is none yet."""
    found = session.scalar(
        sa.select(FormVersion).where(FormVersion.is_current).order_by(FormVersion.id)
    )
    return found or _add(session, default_form_text(), actor_id=None, now=now)


def current_text(session: Session) -> str:
    """Return the YAML text of the version in use, without storing anything."""
    found = session.scalar(
        sa.select(FormVersion.definition).where(FormVersion.is_current)
    )
    return found or default_form_text()


def keep(session: Session, text: str, *, actor_id: int, now: datetime) -> FormVersion:
    """Make a YAML text the version in use.

    Raises:
        FormInvalid: with every problem of the text.
        Conflict: `form_version_taken` if other content bears this version.
    """
    form = Form.from_yaml(text)
    same = session.scalar(
        sa.select(FormVersion).where(
            FormVersion.form_key == form.key, FormVersion.version == form.version
        )
    )
    if same is not None and same.sha256 != form.content_hash:
        raise Conflict("form_version_taken", version=form.version)
    if same is None:
        return _add(session, text, actor_id=actor_id, now=now)
    _make_current(session, same)
    _record(session, same, actor_id, now)
    return same


def _add(
    session: Session, text: str, *, actor_id: int | None, now: datetime
) -> FormVersion:
    form = Form.from_yaml(text)
    added = FormVersion(
        form_key=form.key,
        version=form.version,
        name=form.title.get("tr", form.key),
        definition=text,
        sha256=form.content_hash,
        is_current=False,
        created_by_id=actor_id,
        created_at=now,
    )
    session.add(added)
    session.flush()
    _make_current(session, added)
    _record(session, added, actor_id, now)
    return added


def _make_current(session: Session, version: FormVersion) -> None:
    session.execute(
        sa.update(FormVersion)
        .where(FormVersion.is_current, FormVersion.id != version.id)
        .values(is_current=False)
    )
    version.is_current = True


def _record(
    session: Session, version: FormVersion, actor_id: int | None, now: datetime
) -> None:
    audit.record(
        session,
        actor_id=actor_id,
        action="form.kept",
        object_type="form_version",
        object_id=version.id,
        details={"form": version.form_key, "version": version.version},
        now=now,
    )


def versions(session: Session) -> tuple[VersionLine, ...]:
    """Return every version, newest first."""
    uses = (
        sa.select(Evaluation.form_version_id, sa.func.count().label("uses"))
        .group_by(Evaluation.form_version_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(FormVersion, User.full_name, uses.c.uses)
        .outerjoin(User, User.id == FormVersion.created_by_id)
        .outerjoin(uses, uses.c.form_version_id == FormVersion.id)
        .order_by(FormVersion.id.desc())
    )
    return tuple(
        VersionLine(
            id=row.id,
            form_key=row.form_key,
            version=row.version,
            is_current=row.is_current,
            created_at=row.created_at,
            created_by=name,
            uses=count or 0,
        )
        for row, name, count in rows
    )


def text_of(session: Session, version_id: int) -> str:
    """Return the YAML text of a version.

    Raises:
        NotFound: if there is none.
    """
    found = session.get(FormVersion, version_id)
    if found is None:
        raise NotFound("form_version", version_id)
    return found.definition

"""Roles: given from a day on, ended with a day, handed to a substitute for a time.

Two rules keep power apart. Nobody changes roles of their own. And whoever opens
accounts (IT) never is the one who approves destruction (the top manager), neither by
an own grant nor by a colleague's: the two roles do not meet in one person.
"""

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.access import roles_on
from webapp.models.people import Role, RoleGrant, User
from webapp.services import audit, notices
from webapp.services.choices import chosen
from webapp.services.errors import Conflict, NotFound, Refused
from webapp.services.sessions import LOCKED

APART = (frozenset({Role.IT, Role.TOP_MANAGER}),)
# Those who are told when somebody else gets the role.
WATCHED = frozenset({Role.TOP_MANAGER})


def grant(
    session: Session,
    user_id: int,
    role: Role,
    *,
    first: date,
    last: date | None = None,
    substitute_for_id: int | None = None,
    actor_id: int | None,
    now: datetime,
) -> RoleGrant:
    """Give a role from a day on; a substitute's grant must name its last day.

    Raises:
        NotFound: if there is no such account.
        Conflict: `own_roles`, `passive_account`.
        Refused: `grant_ends_before_start`, `role_held`, `roles_conflict`,
            `substitute_without_end`, `substitute_for_self`, `substitute_lacks_role`.
    """
    account = _account(session, user_id)
    if user_id == actor_id:
        raise Conflict("own_roles")
    if not account.is_active:
        raise Conflict("passive_account", name=account.full_name)
    if last is not None and last < first:
        raise Refused("grant_ends_before_start", first=first, last=last)
    if substitute_for_id is not None:
        _check_substitute(session, account, substitute_for_id, role, first, last)
    _check_beside(account, role, first, last)
    given = RoleGrant(
        role=role,
        valid_from=first,
        valid_to=last,
        substitute_for_id=substitute_for_id,
        granted_by_id=actor_id,
        granted_at=now,
    )
    account.grants.append(given)
    session.flush()
    _tell_watchers(session, given, account.full_name, now=now)
    audit.record(
        session,
        actor_id=actor_id,
        action="role.granted",
        object_type="user",
        object_id=user_id,
        details={"role": role, "from": first, "to": last, "for": substitute_for_id},
        now=now,
    )
    return given


def _account(session: Session, user_id: int) -> User:
    """Return an account whose grants nobody else can change until we commit."""
    found = session.get(User, user_id, with_for_update=LOCKED)
    if found is None:
        raise NotFound("user", user_id)
    session.refresh(found, ["grants"])
    return found


def _check_substitute(
    session: Session,
    account: User,
    replaced_id: int,
    role: Role,
    first: date,
    last: date | None,
) -> None:
    if last is None:
        raise Refused("substitute_without_end")
    if replaced_id == account.id:
        raise Refused("substitute_for_self")
    replaced = session.get(User, replaced_id)
    if replaced is None:
        raise NotFound("user", replaced_id)
    own = [g for g in replaced.grants if g.substitute_for_id is None]
    if not any(g.role is role for g in _during(own, first, last)):
        raise Refused("substitute_lacks_role", name=replaced.full_name)


def _check_beside(account: User, role: Role, first: date, last: date | None) -> None:
    """Check a grant against those that hold on any of its days."""
    beside = _during(account.grants, first, last)
    held = {g.role for g in beside}
    if any(g.role is role and _spans(g, first, last) for g in beside):
        raise Refused("role_held", name=account.full_name)
    for apart in APART:
        if role in apart and held & (apart - {role}):
            raise Refused("roles_conflict", name=account.full_name)


def _spans(given: RoleGrant, first: date, last: date | None) -> bool:
    ends = given.valid_to or date.max
    return given.valid_from <= first and (last or date.max) <= ends


def _during(
    grants: Iterable[RoleGrant], first: date, last: date | None
) -> list[RoleGrant]:
    return [
        g
        for g in grants
        if g.ended_at is None
        and (last is None or g.valid_from <= last)
        and (g.valid_to is None or g.valid_to >= first)
    ]


def _tell_watchers(
    session: Session, given: RoleGrant, name: str, *, now: datetime
) -> None:
    if given.role not in WATCHED:
        return
    for watcher_id in holders(session, given.role, given.valid_from):
        if watcher_id != given.user_id:
            notices.tell(
                session,
                user_id=watcher_id,
                code=f"{given.role}_granted",
                params={"name": name},
                now=now,
            )


def holders(session: Session, role: Role, day: date) -> list[int]:
    """Return the active people who hold a role on a day, substitutes among them."""
    query = (
        sa.select(RoleGrant.user_id)
        .join(RoleGrant.user)
        .where(RoleGrant.role == role, User.is_active, RoleGrant.valid_from <= day)
        .where(RoleGrant.valid_to.is_(None) | (RoleGrant.valid_to >= day))
        .where(RoleGrant.ended_at.is_(None))
    )
    return sorted(set(session.scalars(query)))


def end_grant(
    session: Session,
    grant_id: int,
    *,
    last: date | None,
    actor_id: int | None,
    now: datetime,
) -> RoleGrant:
    """Let a role end with its `last` day, or at once where that is None.

    The grant itself stays.

    Raises:
        NotFound: if there is no such grant.
        Conflict: `own_roles`, `grant_ended`.
        Refused: `grant_ends_before_start`.
    """
    given = session.get(RoleGrant, grant_id, with_for_update=True)
    if given is None:
        raise NotFound("role_grant", grant_id)
    if given.user_id == actor_id:
        raise Conflict("own_roles")
    if given.ended_at or (last and given.valid_to and given.valid_to <= last):
        raise Conflict("grant_ended")
    if last is None:
        given.ended_at = now
    elif last < given.valid_from:
        raise Refused("grant_ends_before_start", first=given.valid_from, last=last)
    else:
        given.valid_to = last
    audit.record(
        session,
        actor_id=actor_id,
        action="role.ended",
        object_type="user",
        object_id=given.user_id,
        details={"role": given.role, "to": last or now},
        now=now,
    )
    return given


def named(text: str) -> Role:
    """Return the role of this name.

    Raises:
        Refused: `choice_invalid`.
    """
    return chosen(Role, text)


def held(account: User, day: date) -> frozenset[Role]:
    """Return the roles an account has on a day."""
    return roles_on(account.grants, day)

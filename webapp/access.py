"""Who may do what: permissions, roles, and the decorators that every endpoint bears.

An endpoint is open to a permission (`@requires`), to anyone logged in
(`@signed_in`) or to everyone (`@public`); `app.create_app` refuses to start with an
endpoint that says none of them.
"""

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, g
from flask_login import current_user as login_user
from flask_login import login_required

from webapp.models.people import Role, RoleGrant, Theme

P = ParamSpec("P")
R = TypeVar("R")


class Permission(enum.StrEnum):
    """One thing a person may do."""

    VIEW_TODAY = "view_today"
    VIEW_OWN_WEEK = "view_own_week"
    ASK_LEAVE = "ask_leave"
    SCREEN_LEAVE = "screen_leave"
    DECIDE_LEAVE = "decide_leave"
    VIEW_TEAM_LEAVE = "view_team_leave"
    IMPORT_HISTORY = "import_history"
    VIEW_HISTORY = "view_history"
    VIEW_FORECAST = "view_forecast"
    MAKE_FORECAST = "make_forecast"
    VIEW_ROTA = "view_rota"
    PLAN_ROTA = "plan_rota"
    PUBLISH_ROTA = "publish_rota"
    PLAN_LUNCH = "plan_lunch"
    VIEW_STAFFING = "view_staffing"
    SEND_ESCALATION = "send_escalation"
    VIEW_ESCALATION = "view_escalation"
    ANSWER_ESCALATION = "answer_escalation"
    VIEW_DESTRUCTION = "view_destruction"
    PROPOSE_DESTRUCTION = "propose_destruction"
    APPROVE_DESTRUCTION = "approve_destruction"
    ADD_RECORDING = "add_recording"
    LISTEN_RECORDING = "listen_recording"
    VIEW_ORIGINAL = "view_original"
    EVALUATE = "evaluate"
    DECIDE_APPEAL = "decide_appeal"
    MANAGE_FORMS = "manage_forms"
    VIEW_OWN_SCORECARD = "view_own_scorecard"
    VIEW_SCORECARDS = "view_scorecards"
    REPORT_FAULT = "report_fault"
    HANDLE_FAULT = "handle_fault"
    ROUTE_FAULT = "route_fault"
    MANAGE_USERS = "manage_users"
    MANAGE_CENTRE = "manage_centre"
    MANAGE_MODELS = "manage_models"
    VIEW_JOBS = "view_jobs"
    CONTROL_JOBS = "control_jobs"
    VIEW_AUDIT = "view_audit"


_EVERY_EMPLOYEE = {Permission.REPORT_FAULT}
_PLANNING_VIEW = {
    Permission.VIEW_TODAY,
    Permission.VIEW_HISTORY,
    Permission.VIEW_FORECAST,
    Permission.VIEW_ROTA,
    Permission.VIEW_TEAM_LEAVE,
    Permission.VIEW_JOBS,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset(
        _EVERY_EMPLOYEE
        | {
            Permission.VIEW_OWN_WEEK,
            Permission.ASK_LEAVE,
            Permission.VIEW_OWN_SCORECARD,
        }
    ),
    Role.SERVICE_LEAD: frozenset(
        _EVERY_EMPLOYEE
        | _PLANNING_VIEW
        | {
            Permission.SCREEN_LEAVE,
            Permission.MAKE_FORECAST,
            Permission.IMPORT_HISTORY,
            Permission.PLAN_ROTA,
            Permission.PUBLISH_ROTA,
            Permission.PLAN_LUNCH,
            Permission.CONTROL_JOBS,
        }
    ),
    Role.QA_REVIEWER: frozenset(
        _EVERY_EMPLOYEE
        | {
            Permission.ADD_RECORDING,
            Permission.LISTEN_RECORDING,
            Permission.EVALUATE,
            Permission.DECIDE_APPEAL,
            Permission.MANAGE_FORMS,
            Permission.VIEW_SCORECARDS,
            Permission.VIEW_JOBS,
        }
    ),
    Role.SUPERVISOR: frozenset(
        _EVERY_EMPLOYEE
        | {
            Permission.VIEW_TODAY,
            Permission.HANDLE_FAULT,
            Permission.ROUTE_FAULT,
        }
    ),
    Role.MANAGER: frozenset(
        _EVERY_EMPLOYEE
        | _PLANNING_VIEW
        | {
            Permission.DECIDE_LEAVE,
            Permission.VIEW_STAFFING,
            Permission.SEND_ESCALATION,
            Permission.VIEW_ESCALATION,
            Permission.PROPOSE_DESTRUCTION,
            Permission.VIEW_DESTRUCTION,
            Permission.VIEW_SCORECARDS,
            Permission.LISTEN_RECORDING,
            Permission.VIEW_ORIGINAL,
            Permission.MANAGE_CENTRE,
            Permission.VIEW_AUDIT,
        }
    ),
    Role.TOP_MANAGER: frozenset(
        {
            Permission.VIEW_ESCALATION,
            Permission.ANSWER_ESCALATION,
            Permission.VIEW_DESTRUCTION,
            Permission.APPROVE_DESTRUCTION,
            Permission.VIEW_STAFFING,
            Permission.VIEW_AUDIT,
        }
    ),
    Role.IT: frozenset(
        _EVERY_EMPLOYEE
        | {
            Permission.MANAGE_USERS,
            Permission.MANAGE_CENTRE,
            Permission.MANAGE_MODELS,
            Permission.IMPORT_HISTORY,
            Permission.VIEW_HISTORY,
            Permission.ADD_RECORDING,
            Permission.HANDLE_FAULT,
            Permission.VIEW_DESTRUCTION,
            Permission.PROPOSE_DESTRUCTION,
            Permission.VIEW_JOBS,
            Permission.CONTROL_JOBS,
            Permission.VIEW_AUDIT,
        }
    ),
}


def roles_on(grants: Iterable[RoleGrant], day: date) -> frozenset[Role]:
    """Return the roles that these grants give on a local day."""
    return frozenset(
        grant.role
        for grant in grants
        if grant.ended_at is None
        and grant.valid_from <= day
        and (grant.valid_to is None or day <= grant.valid_to)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The person behind a request, as Flask-Login and the services see them."""

    id: int
    session_id: int
    token: str
    username: str
    full_name: str
    locale: str
    theme: Theme
    must_change_password: bool
    roles: frozenset[Role]
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything the person's roles allow today."""
        return frozenset().union(*(ROLE_PERMISSIONS[role] for role in self.roles))

    def may(self, permission: Permission | str) -> bool:
        """Tell whether the person may do this today."""
        return permission in self.permissions

    def get_id(self) -> str:
        """Return what the browser's cookie keeps: the log-in's secret token."""
        return self.token


def current_user() -> Identity:
    """Return the person logged in; 401 where there is none."""
    if not login_user.is_authenticated:
        abort(401)
    identity: Identity = login_user._get_current_object()  # noqa: SLF001 - a proxy
    return identity


def _declare(view: Callable[P, R], access: str) -> Callable[P, R]:
    view.access = access  # type: ignore[attr-defined]
    return view


def access_of(view: object) -> str | None:
    """Return what an endpoint declared: a permission, "signed_in" or "public"."""
    return getattr(view, "access", None)


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open an endpoint to people with `permission`: 403 to the rest."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        @login_required  # type: ignore[untyped-decorator]
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_user().may(permission):
                g.missing_permission = permission
                abort(403)
            return view(*args, **kwargs)

        return _declare(guarded, permission.value)

    return decorate


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Open an endpoint to everyone who is logged in."""

    @wraps(view)
    @login_required  # type: ignore[untyped-decorator]
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        return view(*args, **kwargs)

    return _declare(guarded, "signed_in")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open an endpoint to everyone, logged in or not."""
    return _declare(view, "public")

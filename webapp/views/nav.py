"""The sidebar: desks in their order, each shown to those who may use it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from webapp.access import Identity, Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One line of the sidebar; shown where the reader has any of `permissions`."""

    label: object  # a lazy translation
    icon: str
    endpoint: str
    permissions: tuple[Permission, ...] = ()

    @property
    def blueprint(self) -> str:
        """The blueprint whose pages keep this desk marked as current."""
        return self.endpoint.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """A desk as a template shows it."""

    label: str
    icon: str
    url: str
    is_current: bool


DESKS: Sequence[Desk] = (
    Desk(
        label=_l("Today"),
        icon="layout-dashboard",
        endpoint="today.index",
        permissions=(Permission.VIEW_TODAY,),
    ),
    Desk(
        label=_l("Lunch rotation"),
        icon="soup",
        endpoint="lunch.index",
        permissions=(Permission.PLAN_LUNCH,),
    ),
    Desk(
        label=_l("Rota"),
        icon="timeline",
        endpoint="rotas.index",
        permissions=(Permission.VIEW_ROTA,),
    ),
    Desk(
        label=_l("My week"),
        icon="calendar-week",
        endpoint="week.index",
        permissions=(Permission.VIEW_OWN_WEEK,),
    ),
    Desk(
        label=_l("My leave"),
        icon="beach",
        endpoint="my_leave.index",
        permissions=(Permission.ASK_LEAVE,),
    ),
    Desk(
        label=_l("Leave requests"),
        icon="calendar",
        endpoint="leave_desk.index",
        permissions=(Permission.VIEW_TEAM_LEAVE,),
    ),
    Desk(
        label=_l("Staffing need"),
        icon="users-group",
        endpoint="staffing.index",
        permissions=(Permission.VIEW_STAFFING,),
    ),
    Desk(
        label=_l("Notices to the top manager"),
        icon="speakerphone",
        endpoint="escalations.index",
        permissions=(Permission.VIEW_ESCALATION,),
    ),
    Desk(
        label=_l("Forecast"),
        icon="chart-line",
        endpoint="forecasts.index",
        permissions=(Permission.VIEW_FORECAST,),
    ),
    Desk(
        label=_l("Call history"),
        icon="chart-histogram",
        endpoint="histories.index",
        permissions=(Permission.VIEW_HISTORY,),
    ),
    Desk(
        label=_l("Import"),
        icon="file-import",
        endpoint="imports.index",
        permissions=(Permission.IMPORT_HISTORY,),
    ),
    Desk(
        label=_l("My scorecard"),
        icon="award",
        endpoint="my_scorecard.mine",
        permissions=(Permission.VIEW_OWN_SCORECARD,),
    ),
    Desk(
        label=_l("Recorded calls"),
        icon="headphones",
        endpoint="calls.index",
        permissions=(Permission.LISTEN_RECORDING,),
    ),
    Desk(
        label=_l("Take in recordings"),
        icon="upload",
        endpoint="call_intake.index",
        permissions=(Permission.ADD_RECORDING,),
    ),
    Desk(
        label=_l("Evaluations"),
        icon="clipboard-check",
        endpoint="evaluations.index",
        permissions=(Permission.EVALUATE,),
    ),
    Desk(
        label=_l("Scorecards"),
        icon="chart-bar",
        endpoint="scorecards.index",
        permissions=(Permission.VIEW_SCORECARDS,),
    ),
    Desk(
        label=_l("Evaluation form"),
        icon="list-check",
        endpoint="evaluation_forms.index",
        permissions=(Permission.MANAGE_FORMS,),
    ),
    Desk(
        label=_l("Speech models"),
        icon="microphone",
        endpoint="models.index",
        permissions=(Permission.MANAGE_MODELS,),
    ),
    Desk(
        label=_l("Faults"),
        icon="headset",
        endpoint="faults.index",
        permissions=(Permission.REPORT_FAULT,),
    ),
    Desk(
        label=_l("Users"),
        icon="users",
        endpoint="users.index",
        permissions=(Permission.MANAGE_USERS,),
    ),
    Desk(
        label=_l("Jobs"),
        icon="activity",
        endpoint="jobs.index",
        permissions=(Permission.VIEW_JOBS,),
    ),
    Desk(
        label=_l("Destruction"),
        icon="certificate",
        endpoint="destruction.index",
        permissions=(Permission.VIEW_DESTRUCTION,),
    ),
    Desk(
        label=_l("Audit log"),
        icon="history",
        endpoint="audit.index",
        permissions=(Permission.VIEW_AUDIT,),
    ),
    Desk(
        label=_l("Settings"),
        icon="settings",
        endpoint="centre.index",
        permissions=(Permission.MANAGE_CENTRE,),
    ),
)


def items_for(identity: Identity) -> list[NavItem]:
    """Return the reader's desks, the current one marked."""
    here = (request.endpoint or "").partition(".")[0]
    return [
        NavItem(
            label=str(desk.label),
            icon=desk.icon,
            url=url_for(desk.endpoint),
            is_current=desk.blueprint == here,
        )
        for desk in DESKS
        if not desk.permissions or any(identity.may(p) for p in desk.permissions)
    ]

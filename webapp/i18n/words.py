"""The words for closed choices: roles, laws, states, weekdays."""

import re
from collections.abc import Mapping

from flask import Flask
from flask_babel import gettext

from webapp.i18n import call_words
from webapp.i18n.sentences import N_
from webapp.models.demand import SpecialDayKind
from webapp.models.leave import LeaveKind, LeaveState
from webapp.models.people import FaultState, Role, WorkLaw
from webapp.models.staffing import (
    DestructionState,
    EscalationAnswer,
    EscalationState,
)

ROLES: Mapping[str, str] = {
    Role.AGENT: N_("Agent"),
    Role.SERVICE_LEAD: N_("Service lead"),
    Role.QA_REVIEWER: N_("QA reviewer"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.MANAGER: N_("Manager"),
    Role.TOP_MANAGER: N_("Top manager"),
    Role.IT: N_("IT"),
}
LAWS: Mapping[str, str] = {
    WorkLaw.LABOUR_4857: N_("Labour law 4857"),
    WorkLaw.CIVIL_SERVANT_657: N_("Civil servants’ law 657"),
}
FAULT_STATES: Mapping[str, str] = {
    FaultState.REPORTED: N_("With the supervisor"),
    FaultState.WITH_IT: N_("With IT"),
    FaultState.WITH_VENDOR: N_("With the vendor"),
    FaultState.CLOSED: N_("Closed"),
}
DESTRUCTION_STATES: Mapping[str, str] = {
    DestructionState.PROPOSED: N_("Waits for a decision"),
    DestructionState.APPROVED: N_("Approved"),
    DestructionState.REFUSED: N_("Refused"),
    DestructionState.DONE: N_("Destroyed"),
}
DAY_KINDS: Mapping[str, str] = {
    SpecialDayKind.CLOSED: N_("Centre closed"),
    SpecialDayKind.EXCLUDE: N_("Not to learn from"),
    SpecialDayKind.SCALE: N_("Scaled"),
}
LEAVE_KINDS: Mapping[str, str] = {
    LeaveKind.ANNUAL: N_("Annual leave"),
    LeaveKind.SICK: N_("Sick leave"),
    LeaveKind.EXCUSE: N_("Excuse leave"),
    LeaveKind.UNPAID: N_("Unpaid leave"),
    LeaveKind.PATERNITY: N_("Paternity leave"),
    LeaveKind.MARRIAGE: N_("Marriage leave"),
    LeaveKind.BEREAVEMENT: N_("Bereavement leave"),
}
LEAVE_STATES: Mapping[str, str] = {
    LeaveState.WAITING: N_("With the service lead"),
    LeaveState.RETURNED: N_("Returned"),
    LeaveState.FORWARDED: N_("With the manager"),
    LeaveState.APPROVED: N_("Approved"),
    LeaveState.REFUSED: N_("Refused"),
    LeaveState.WITHDRAWN: N_("Withdrawn"),
}
ESCALATION_STATES: Mapping[str, str] = {
    EscalationState.SENT: N_("Sent"),
    EscalationState.READ: N_("Read"),
    EscalationState.ANSWERED: N_("Answered"),
    EscalationState.CLOSED: N_("Closed"),
}
ESCALATION_ANSWERS: Mapping[str, str] = {
    EscalationAnswer.APPROVED: N_("Approved"),
    EscalationAnswer.REFUSED: N_("Refused"),
    EscalationAnswer.ASKS_FOR_MORE: N_("More is needed"),
}
ROTA_STATES: Mapping[str, str] = {
    "draft": N_("Draft"),
    "published": N_("Published"),
    "superseded": N_("Replaced"),
    "discarded": N_("Discarded"),
}
ROTA_STATUSES: Mapping[str, str] = {
    "optimal": N_("Best possible"),
    "feasible": N_("Keeps every rule"),
    "infeasible": N_("Not possible"),
    "unknown": N_("Not found in time"),
}
OBJECT_KINDS: Mapping[str, str] = {
    "app": N_("Application"),
    "audit_entry": N_("Audit log"),
    "centre": N_("Centre"),
    "escalation": N_("Notice to the top manager"),
    "evaluation": N_("Evaluation"),
    "leave_request": N_("Leave request"),
    "fault": N_("Fault"),
    "forecast": N_("Forecast"),
    "import_batch": N_("Import"),
    "job": N_("Job"),
    "form_version": N_("Form"),
    "quarantined_file": N_("Quarantined file"),
    "queue": N_("Queue"),
    "speech_model": N_("Speech model"),
    "recording": N_("Recording"),
    "rota": N_("Rota"),
    "requirement": N_("Requirement"),
    "shift_pattern": N_("Shift"),
    "user": N_("User"),
}
# What the audit log's actions are called where people read them.
ACTIONS: Mapping[str, str] = {
    "appeal.changed": N_("Appeal granted"),
    "appeal.upheld": N_("Appeal refused"),
    "evaluation.acknowledged": N_("Evaluation accepted"),
    "evaluation.appealed": N_("Evaluation appealed"),
    "evaluation.confirmed": N_("Evaluation confirmed"),
    "form.kept": N_("Form version in use"),
    "model.chosen": N_("Speech model chosen"),
    "model.installed": N_("Speech model installed"),
    "recording.corrected": N_("Call details corrected"),
    "recording.hold_laid": N_("Legal hold laid"),
    "recording.hold_lifted": N_("Legal hold lifted"),
    "recording.opened": N_("Call opened"),
    "recording.original_opened": N_("Original call opened"),
    "recording.quarantined": N_("File quarantined"),
    "recording.stored": N_("Recording taken in"),
    "recording.transcribed_again": N_("Transcription asked for again"),
    "audit.exported": N_("Audit log exported"),
    "audit.verified": N_("Audit log checked"),
    "centre.changed": N_("Centre settings changed"),
    "destruction.approved": N_("Destruction approved"),
    "destruction.done": N_("Destroyed"),
    "destruction.proposed": N_("Destruction proposed"),
    "destruction.refused": N_("Destruction refused"),
    "escalation.answered": N_("Notice answered"),
    "escalation.closed": N_("Notice closed"),
    "escalation.read": N_("Notice read"),
    "escalation.sent": N_("Notice sent"),
    "fault.closed": N_("Closed"),
    "fault.given_back": N_("Given back"),
    "fault.reported": N_("Reported"),
    "fault.with_it": N_("Taken to IT"),
    "fault.with_vendor": N_("Taken to the vendor"),
    "forecast.made": N_("Forecast made"),
    "history.imported": N_("Call history taken in"),
    "job.cancelled": N_("Job cancelled"),
    "job.retried": N_("Job tried again"),
    "leave.approved": N_("Leave approved"),
    "leave.asked": N_("Leave asked for"),
    "leave.forwarded": N_("Leave forwarded"),
    "leave.ledger.correction": N_("Leave balance corrected"),
    "leave.ledger.entitlement": N_("Leave earned"),
    "leave.ledger.given_back": N_("Leave given back"),
    "leave.ledger.lapsed": N_("Leave lapsed"),
    "leave.ledger.opening": N_("Opening leave balance"),
    "leave.ledger.taken": N_("Leave taken"),
    "leave.refused": N_("Leave refused"),
    "leave.returned": N_("Leave returned"),
    "leave.withdrawn": N_("Leave withdrawn"),
    "login.ended": N_("Logged out"),
    "login.failed": N_("Log-in failed"),
    "login.others_ended": N_("Other log-ins ended"),
    "login.succeeded": N_("Logged in"),
    "password.changed": N_("Password changed"),
    "password.reset": N_("New one-time password"),
    "queue.changed": N_("Queue changed"),
    "queue.opened": N_("Queue opened"),
    "requirement.made": N_("Requirement computed"),
    "role.ended": N_("Role ended"),
    "role.granted": N_("Role given"),
    "calendar.made": N_("Calendar address made"),
    "calendar.revoked": N_("Calendar address ended"),
    "lunch.proposed": N_("Lunch rotation proposed"),
    "rota.copied": N_("Rota copied for changes"),
    "rota.discarded": N_("Draft put away"),
    "rota.exported": N_("Rota exported"),
    "rota.locked": N_("Shift locked"),
    "rota.made": N_("Rota made"),
    "rota.moved": N_("Shift moved"),
    "rota.published": N_("Rota published"),
    "rota.shift_removed": N_("Shift taken out of a draft"),
    "rota.unlocked": N_("Shift unlocked"),
    "shift.changed": N_("Shift changed"),
    "shift.opened": N_("Shift added"),
    "special_day.added": N_("Special day added"),
    "special_day.removed": N_("Special day removed"),
    "user.changed": N_("Account changed"),
    "user.exported": N_("Accounts exported"),
    "user.made_active": N_("Made active"),
    "user.made_passive": N_("Made passive"),
    "user.opened": N_("Account opened"),
}
# Reasons that the application itself gives.
REASONS: Mapping[str, str] = {
    "retention_ended": N_("The time it may be kept is over."),
}
WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def init_app(app: Flask) -> None:
    """Give templates the words as filters."""
    for name, table in (
        ("role_name", ROLES),
        ("law_name", LAWS),
        ("fault_state", FAULT_STATES),
        ("destruction_state", DESTRUCTION_STATES),
        ("day_kind", DAY_KINDS),
        ("escalation_answer", ESCALATION_ANSWERS),
        ("escalation_state", ESCALATION_STATES),
        ("leave_kind", LEAVE_KINDS),
        ("leave_state", LEAVE_STATES),
        ("rota_state", ROTA_STATES),
        ("rota_status", ROTA_STATUSES),
        ("object_kind", OBJECT_KINDS),
        ("action_name", ACTIONS),
        ("reason_text", REASONS),
        *call_words.FILTERS.items(),
    ):
        app.jinja_env.filters[name] = lambda key, table=table: word(table, key)
    app.jinja_env.filters["weekday_name"] = weekday_name
    app.jinja_env.filters["browser_name"] = browser_name


def word(table: Mapping[str, str], key: str) -> str:
    """Return a choice's word in the reader's language, the key where it has none."""
    return str(gettext(table[key])) if key in table else key


def choices(table: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (value, word) of every choice, for a select."""
    return [(str(key), word(table, key)) for key in table]


def weekday_name(weekday: int) -> str:
    """Return a weekday's name, Monday for 0."""
    return str(gettext(WEEKDAYS[weekday]))


def browser_name(agent: str) -> str:
    """Return "Firefox, Windows" for what a browser says of itself."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    plain = re.split(r"[\s/]", agent, maxsplit=1)[0]
    return ", ".join(part for part in (browser or plain, system) if part) or "–"

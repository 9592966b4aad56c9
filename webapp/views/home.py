"""The first page: everyone's own desk."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from webapp.access import Identity, Permission, current_user, signed_in

bp = Blueprint("home", __name__)

# The first of these that a person may open is where they land.
FIRST_DESKS: tuple[tuple[Permission, str], ...] = (
    (Permission.DECIDE_LEAVE, "leave_desk.index"),
    (Permission.PLAN_LUNCH, "today.index"),
    (Permission.ANSWER_ESCALATION, "escalations.index"),
    (Permission.EVALUATE, "evaluations.index"),
    (Permission.MANAGE_USERS, "users.index"),
    (Permission.APPROVE_DESTRUCTION, "destruction.index"),
    (Permission.HANDLE_FAULT, "faults.index"),
    (Permission.VIEW_OWN_WEEK, "week.index"),
    (Permission.VIEW_OWN_SCORECARD, "my_scorecard.mine"),
)


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    return redirect(url_for(first_desk(current_user())))


def first_desk(me: Identity) -> str:
    """Return the endpoint of the person's first desk."""
    for permission, endpoint in FIRST_DESKS:
        if me.may(permission):
            return endpoint
    return "auth.account"

"""The Users desk, for IT: accounts, contracts, roles, substitutes."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n import words
from webapp.services import contracts, people, people_pages, roles
from webapp.services.errors import Conflict, Refused, ServiceError
from webapp.views.forms import Entered, errors_of
from webapp.views.requests import clock, page_argument, today
from webapp.views.sheets import spreadsheet

bp = Blueprint("users", __name__, url_prefix="/users")
MOST_HOURS = 45


def _filter() -> people_pages.UserFilter:
    asked = Entered(request.args)
    return people_pages.UserFilter(
        text=asked.text("q"),
        team=asked.text("team"),
        role=asked.text("role"),
        state=asked.text("state") or people_pages.ACTIVE,
    )


@bp.get("/")
@requires(Permission.MANAGE_USERS)
def index() -> ResponseReturnValue:
    wanted, page = _filter(), page_argument()
    with db.reading() as session:
        found = people_pages.lines(session, wanted, today=today())
        teams = people_pages.team_names(session)
    per_page = people_pages.PER_PAGE
    return render_template(
        "users/index.html",
        lines=found[(page - 1) * per_page : page * per_page],
        total=len(found),
        page=page,
        pages=max(1, -(-len(found) // per_page)),
        wanted=wanted,
        teams=[(name, name) for name in teams],
        roles=words.choices(words.ROLES),
        query={k: v for k, v in request.args.items() if k != "page"},
    )


@bp.get("/export")
@requires(Permission.MANAGE_USERS)
def export() -> ResponseReturnValue:
    me = current_user().id
    with db.transaction() as session:
        found = people_pages.export(
            session, _filter(), actor_id=me, today=today(), now=clock()
        )
    columns = [_("Name"), _("User name"), _("E-mail"), _("Team"), _("Telephone code")]
    columns += [_("Roles"), _("Active"), _("Passive since"), _("First day of work")]
    rows = [
        [
            line.full_name,
            line.username,
            line.email,
            line.team,
            line.acd_code,
            ", ".join(words.word(words.ROLES, role) for role in line.roles),
            line.is_active,
            line.passive_since,
            line.hired_on,
        ]
        for line in found
    ]
    return spreadsheet(_("users"), columns, rows)


@bp.get("/new")
@requires(Permission.MANAGE_USERS)
def new() -> ResponseReturnValue:
    return _new_page()


def _new_page(refusal: ServiceError | None = None) -> ResponseReturnValue:
    with db.reading() as session:
        teams = people_pages.team_names(session)
    page = render_template(
        "users/new.html",
        teams=teams,
        roles=words.choices(words.ROLES),
        errors=errors_of(refusal) if refusal else {},
    )
    return page, 422 if refusal else 200


@bp.post("/new")
@requires(Permission.MANAGE_USERS)
def open_account() -> ResponseReturnValue:
    entered = Entered(request.form)
    try:
        with db.transaction() as session:
            account, password = people.open_account(
                session,
                people.NewUser(
                    username=entered.text("username"),
                    full_name=entered.text("full_name"),
                    roles=tuple(roles.named(name) for name in entered.texts("role")),
                    email=entered.text("email"),
                    team=entered.text("team"),
                    acd_code=entered.text("acd_code"),
                ),
                actor_id=current_user().id,
                today=today(),
                now=clock(),
            )
    except (Refused, Conflict) as refusal:
        return _new_page(refusal)
    return _password_page(account.id, account.full_name, account.username, password)


def _password_page(
    user_id: int, full_name: str, username: str, password: str
) -> ResponseReturnValue:
    return render_template(
        "users/password.html",
        user_id=user_id,
        full_name=full_name,
        username=username,
        password=password,
    )


@bp.get("/<int:user_id>")
@requires(Permission.MANAGE_USERS)
def show(user_id: int) -> ResponseReturnValue:
    return _page(user_id)


def _page(user_id: int, refusal: ServiceError | None = None) -> ResponseReturnValue:
    with db.reading() as session:
        page = people_pages.page(
            session, user_id, viewer_id=current_user().id, today=today()
        )
        teams = people_pages.team_names(session)
        queues = people_pages.queue_names(session)
        people_names = people_pages.people_names(session)
    answer = render_template(
        "users/show.html",
        page=page,
        teams=teams,
        queues=queues,
        people=[(i, name) for i, name in people_names if i != user_id],
        roles=words.choices(words.ROLES),
        laws=words.choices(words.LAWS),
        errors=errors_of(refusal) if refusal else {},
        today=today(),
    )
    return answer, 422 if refusal else 200


@bp.post("/<int:user_id>")
@requires(Permission.MANAGE_USERS)
def change(user_id: int) -> ResponseReturnValue:
    try:
        contract = _contract(Entered(request.form))
        with db.transaction() as session:
            contracts.change_contract(
                session,
                user_id,
                contract,
                actor_id=current_user().id,
                today=today(),
                now=clock(),
            )
    except (Refused, Conflict) as refusal:
        return _page(user_id, refusal)
    flash(_("The changes are kept."), "success")
    return redirect(url_for(".show", user_id=user_id))


def _contract(entered: Entered) -> contracts.Contract:
    queue_ids = [int(text) for text in entered.texts("queue") if text.isdecimal()]
    return contracts.Contract(
        full_name=entered.text("full_name"),
        email=entered.text("email"),
        team=entered.text("team"),
        acd_code=entered.text("acd_code"),
        work_law=contracts.law(entered.text("work_law")),
        weekly_minutes=round(entered.number("weekly_hours", 0, MOST_HOURS) * 60),
        days_per_week=entered.whole("days_per_week", 0, contracts.MOST_DAYS),
        hired_on=entered.day("hired_on"),
        born_on=entered.day("born_on"),
        queue_ids=frozenset(queue_ids),
    )


@bp.post("/<int:user_id>/roles")
@requires(Permission.MANAGE_USERS)
def grant(user_id: int) -> ResponseReturnValue:
    entered = Entered(request.form)
    try:
        with db.transaction() as session:
            replaced = entered.text("substitute_for")
            roles.grant(
                session,
                user_id,
                roles.named(entered.text("role")),
                first=entered.needed_day("first"),
                last=entered.day("last"),
                substitute_for_id=int(replaced) if replaced.isdecimal() else None,
                actor_id=current_user().id,
                now=clock(),
            )
    except (Refused, Conflict) as refusal:
        return _page(user_id, refusal)
    flash(_("The role is given."), "success")
    return redirect(url_for(".show", user_id=user_id))


def _change(
    user_id: int, change: Callable[..., object], done: str
) -> ResponseReturnValue:
    """Change an account, or show it again with the refusal."""
    try:
        with db.transaction() as session:
            change(session, actor_id=current_user().id, now=clock())
    except (Refused, Conflict) as refusal:
        return _page(user_id, refusal)
    flash(done, "success")
    return redirect(url_for(".show", user_id=user_id))


@bp.post("/<int:user_id>/roles/<int:grant_id>/end")
@requires(Permission.MANAGE_USERS)
def end_grant(user_id: int, grant_id: int) -> ResponseReturnValue:
    def end(session: db.Session, *, actor_id: int, now: datetime) -> None:
        last = Entered(request.form).day("last")
        roles.end_grant(session, grant_id, last=last, actor_id=actor_id, now=now)

    return _change(user_id, end, _("The role ends."))


@bp.post("/<int:user_id>/passive")
@requires(Permission.MANAGE_USERS)
def make_passive(user_id: int) -> ResponseReturnValue:
    reason = Entered(request.form).text("reason")
    change = partial(people.make_passive, user_id=user_id, reason=reason)
    done = _("The account is passive; every log-in of it has ended.")
    return _change(user_id, change, done)


@bp.post("/<int:user_id>/active")
@requires(Permission.MANAGE_USERS)
def make_active(user_id: int) -> ResponseReturnValue:
    reason = Entered(request.form).text("reason")
    change = partial(people.make_active, user_id=user_id, reason=reason)
    return _change(user_id, change, _("The account is active."))


@bp.post("/<int:user_id>/password")
@requires(Permission.MANAGE_USERS)
def reset_password(user_id: int) -> ResponseReturnValue:
    try:
        with db.transaction() as session:
            password = people.reset_password(
                session, user_id, actor_id=current_user().id, now=clock()
            )
            account = people.user(session, user_id)
    except (Refused, Conflict) as refusal:
        return _page(user_id, refusal)
    return _password_page(user_id, account.full_name, account.username, password)

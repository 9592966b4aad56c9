"""The Destruction desk: proposals, the top manager's decision, the certificate."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n import words
from webapp.services import destruction
from webapp.services.errors import Conflict, Refused, ServiceError
from webapp.views.forms import Entered, errors_of
from webapp.views.requests import clock, page_argument, today

bp = Blueprint("destruction", __name__, url_prefix="/destruction")


@bp.get("/")
@requires(Permission.VIEW_DESTRUCTION)
def index() -> ResponseReturnValue:
    state, page = request.args.get("state", "proposed"), page_argument()
    with db.reading() as session:
        lines, total = destruction.proposals(session, state=state, number=page)
    return render_template(
        "destruction/index.html",
        lines=lines,
        total=total,
        page=page,
        pages=max(1, -(-total // destruction.PER_PAGE)),
        state=state,
        states=words.choices(words.DESTRUCTION_STATES),
    )


@bp.post("/due")
@requires(Permission.PROPOSE_DESTRUCTION)
def propose_due() -> ResponseReturnValue:
    with db.transaction() as session:
        count = destruction.propose_due(
            session, proposed_by_id=current_user().id, today=today(), now=clock()
        )
    said = ngettext("%(num)s proposal is new.", "%(num)s proposals are new.", count)
    flash(said, "success" if count else "info")
    return redirect(url_for(".index"))


@bp.get("/new")
@requires(Permission.PROPOSE_DESTRUCTION)
def new() -> ResponseReturnValue:
    return _new_page()


def _new_page(refusal: ServiceError | None = None) -> ResponseReturnValue:
    kinds = [(k, words.word(words.OBJECT_KINDS, k)) for k in destruction.kinds()]
    errors = errors_of(refusal) if refusal else {}
    page = render_template("destruction/new.html", kinds=kinds, errors=errors)
    return page, 422 if refusal else 200


@bp.post("/new")
@requires(Permission.PROPOSE_DESTRUCTION)
def propose() -> ResponseReturnValue:
    entered = Entered(request.form)
    try:
        with db.transaction() as session:
            proposal = destruction.propose(
                session,
                object_type=entered.text("object_type"),
                object_id=entered.text("object_id"),
                reason=entered.text("reason"),
                proposed_by_id=current_user().id,
                now=clock(),
            )
    except ServiceError as refusal:
        return _new_page(refusal)
    flash(_("The top manager will decide."), "success")
    return redirect(url_for(".show", proposal_id=proposal.id))


@bp.get("/<int:proposal_id>")
@requires(Permission.VIEW_DESTRUCTION)
def show(proposal_id: int) -> ResponseReturnValue:
    return _page(proposal_id)


def _page(proposal_id: int, refusal: ServiceError | None = None) -> ResponseReturnValue:
    with db.reading() as session:
        line = destruction.proposal(session, proposal_id)
    answer = render_template(
        "destruction/show.html",
        line=line,
        may_decide=current_user().may(Permission.APPROVE_DESTRUCTION)
        and line.proposed_by_id != current_user().id,
        errors=errors_of(refusal) if refusal else {},
    )
    return answer, 422 if refusal else 200


@bp.post("/<int:proposal_id>")
@requires(Permission.APPROVE_DESTRUCTION)
def decide(proposal_id: int) -> ResponseReturnValue:
    entered, me = Entered(request.form), current_user().id
    approved = entered.text("decision") == "approve"
    try:
        with db.transaction() as session:
            destruction.decide(
                session,
                proposal_id,
                approved=approved,
                reason=entered.text("reason"),
                actor_id=me,
                now=clock(),
            )
    except (Refused, Conflict) as refusal:
        return _page(proposal_id, refusal)
    if approved:
        return carry_out(proposal_id)
    flash(_("The proposal is refused; nothing is destroyed."), "success")
    return redirect(url_for(".show", proposal_id=proposal_id))


@bp.post("/<int:proposal_id>/carry-out")
@requires(Permission.APPROVE_DESTRUCTION)
def carry_out(proposal_id: int) -> ResponseReturnValue:
    try:
        with db.transaction() as session:
            destruction.carry_out(
                session, proposal_id, actor_id=current_user().id, now=clock()
            )
    except (Refused, Conflict) as refusal:
        return _page(proposal_id, refusal)
    flash(_("It is destroyed; the certificate is below."), "success")
    return redirect(url_for(".show", proposal_id=proposal_id))

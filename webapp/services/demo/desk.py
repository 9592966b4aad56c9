"""What lies on the desks of the demo centre: leave at each step, faults, a notice."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from webapp.models.leave import LeaveKind
from webapp.models.people import FaultState
from webapp.services import faults, leave, leave_impact

Step = Callable[..., object]


def fill(
    session: Session, ids: dict[str, int], *, today: date, now: datetime, zone: str
) -> None:
    """Put leave requests at every step, and faults, on the desks."""
    monday = today - timedelta(days=today.weekday())
    _ask_for_leave(session, ids, monday, now, zone)
    _report_faults(session, ids, now)


def _ask_for_leave(
    session: Session, ids: dict[str, int], monday: date, now: datetime, zone: str
) -> None:
    lead, manager = ids["servis"], ids["mudur"]
    earlier = now - timedelta(days=6)
    forward, give_back = leave.forward, leave.give_back
    approve, refuse = leave.approve, leave.refuse
    # agent, weeks from this Monday, weekday, days, note, the steps taken so far
    plan: tuple[tuple[int, int, int, int, str, tuple[tuple[Step, str], ...]], ...] = (
        (8, 0, 0, 5, "", ((forward, "Uygundur."), (approve, ""))),
        (15, 0, 2, 3, "", ((forward, ""), (approve, ""))),
        (20, 1, 0, 5, "Köyde işim var", ((forward, "Uygundur."), (approve, ""))),
        (27, 1, 3, 2, "", ((forward, ""), (approve, ""))),
        (11, 2, 0, 5, "Aile ziyareti", ((forward, "Karşılanabilir."),)),
        (3, 2, 1, 3, "", ((forward, "O hafta KDV dönemi, dikkat."),)),
        (13, 3, 0, 5, "", ()),
        (6, 3, 0, 5, "Çocuğumun tatili", ()),
        (29, 3, 2, 2, "", ()),
        (
            17,
            1,
            0,
            4,
            "",
            ((give_back, "O hafta iki kişi izinli, başka hafta seçin."),),
        ),
        (2, 4, 0, 10, "", ((forward, "Uzun"), (refuse, "Yıl sonu yoğunluğu."))),
    )
    for agent, weeks, weekday, days, note, steps in plan:
        first = monday + timedelta(days=7 * weeks + weekday)
        wanted = leave.Wanted(
            kind=LeaveKind.ANNUAL,
            first_day=first,
            last_day=first + timedelta(days=days - 1),
            note=note,
        )
        request = leave.ask(
            session, ids[f"temsilci{agent}"], wanted, today=monday, now=earlier
        )
        for number, (step, opinion) in enumerate(steps):
            effect = leave_impact.impact_of(session, request, today=monday, zone=zone)
            act = leave.Act(
                actor_id=lead if number == 0 else manager,
                opinion=opinion,
                figures={"impact": effect.figures() if effect else None},
                now=earlier + timedelta(days=number + 1),
            )
            takes_day = step in (forward, approve)
            step(
                session,
                act,
                request_id=request.id,
                **({"today": monday} if takes_day else {}),
            )


def _report_faults(session: Session, ids: dict[str, int], now: datetime) -> None:
    reported = (
        ("temsilci5", "Kulaklıktan ses gelmiyor", "Sol kulaklık sabahtan beri kısık."),
        ("temsilci12", "Ekran donuyor", "Kayıt ekranı her kaydetmede donuyor."),
        ("temsilci22", "Hat kesiliyor", "Görüşmeler ikinci dakikada kesiliyor."),
    )
    supervisor = faults.Viewer(user_id=ids["supervizor"], handles=True, routes=True)
    for number, (who, subject, text) in enumerate(reported):
        fault = faults.report(
            session,
            user_id=ids[who],
            subject=subject,
            description=text,
            now=now - timedelta(days=2, hours=number),
        )
        session.flush()
        if number:
            faults.move(
                session,
                fault.id,
                viewer=supervisor,
                to=FaultState.WITH_IT if number == 1 else FaultState.WITH_VENDOR,
                note="",
                now=now - timedelta(days=1),
            )

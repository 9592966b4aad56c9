"""Today, the lunch rotation, the rota desk and my week, as their pages answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from tests.webapp.conftest import PASSWORD, Clock, LoggedIn
from tests.webapp.planning import MONDAY
from tests.webapp.rota_world import (
    WEEK,
    World,
    ask,
    by_hand,
    make_world,
    published,
    run,
)
from webapp import db
from webapp.models.people import Role, User
from webapp.models.rotas import Assignment, Rota, RotaState
from webapp.services import lunch
from webapp.settings import Settings

DAY = MONDAY.isoformat()


@pytest.fixture
def world(app: object, clock: Clock) -> World:
    clock.now = WEEK.instant(MONDAY, 12 * 60 + 10)
    return make_world()


@pytest.fixture
def lead(app: object, world: World) -> FlaskClient:
    return log_in_as("lead", app)


def log_in_as(username: str, app: object) -> FlaskClient:
    client: FlaskClient = app.test_client()  # type: ignore[attr-defined]
    client.post("/login", data={"username": username, "password": PASSWORD})
    return client


def rows(rota_id: int) -> list[Assignment]:
    with db.reading() as session:
        return list(session.get_one(Rota, rota_id).assignments)


def posted(one: Assignment, kind: str, minute: int, length: int = 30) -> dict[str, str]:
    start = (one.day - WEEK.first).days * 1440 + minute
    return {
        "person": str(one.user_id),
        "id": f"{kind}{one.id}",
        "kind": "lunch",
        "start": str(start),
        "end": str(start + length),
        "old_start": "0",
    }


# Rota


def test_the_rota_desk_says_what_is_missing(lead: FlaskClient) -> None:
    far = (MONDAY + timedelta(days=28)).isoformat()

    page = lead.get(f"/rota/?day={far}")

    assert "No requirement covers its days" in page.text


def test_a_rota_is_asked_for_made_shown_and_published(
    lead: FlaskClient, world: World, settings: Settings
) -> None:
    asked = lead.post("/rota/make", data={"queue": world.queue_id, "day": DAY})
    assert asked.status_code == 302
    assert "Rota of Vergi" in lead.get(asked.headers["Location"]).text
    rota_id = run(ask(world), settings)["rota_id"]

    page = lead.get(f"/rota/{rota_id}").text
    assert "Ayşe Yılmaz" in page
    assert "ortools" in page
    assert lead.post(f"/rota/{rota_id}/publish").status_code == 302

    page = lead.get(f"/rota/{rota_id}").text
    assert "Change it" in page
    assert "Publish this rota" not in page


def test_a_move_answers_with_the_coverage_it_leaves(
    lead: FlaskClient, world: World
) -> None:
    draft = by_hand(world)
    one = rows(draft)[0]

    answer = lead.post(f"/rota/{draft}/move", data=posted(one, "l", 780))

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["update"]["#coverage"]["intervals"]
    assert "#verdict" in answer.json["html"]


def test_a_move_against_a_rule_is_refused_in_words(
    lead: FlaskClient, world: World
) -> None:
    draft = by_hand(world)
    one = rows(draft)[0]

    answer = lead.post(f"/rota/{draft}/move", data=posted(one, "l", 540))

    assert answer.status_code == 422
    assert answer.json is not None
    assert "A break outside the time set for it." in answer.json["refused"]


def test_locks_copies_and_drafts_put_away(lead: FlaskClient, world: World) -> None:
    rota_id = published(world)
    made = lead.post(f"/rota/{rota_id}/copy").headers["Location"]
    draft = int(made.rsplit("/", 1)[1])
    one = rows(draft)[0]

    form = {"assignment": one.id, "what": "lunch", "locked": "1"}
    assert lead.post(f"/rota/{draft}/lock", data=form).status_code == 302
    assert rows(draft)[0].lunch_is_locked
    assert lead.post(f"/rota/{draft}/discard").status_code == 302
    assert lead.post(f"/rota/{draft}/lock", data=form).status_code == 409


def test_what_a_draft_changes_is_shown(lead: FlaskClient, world: World) -> None:
    made = lead.post(f"/rota/{published(world)}/copy").headers["Location"]
    draft = int(made.rsplit("/", 1)[1])
    one = rows(draft)[0]
    lead.post(f"/rota/{draft}/move", data=posted(one, "l", 780))

    page = lead.get(made).text

    assert "What changes" in page
    assert "lunch 13:00" in page


def test_the_export_is_a_workbook_and_leaves_a_trace(
    lead: FlaskClient, world: World
) -> None:
    answer = lead.get(f"/rota/{by_hand(world)}/export")

    assert answer.data[:2] == b"PK"


def test_a_rota_that_is_not_there_is_not_found(lead: FlaskClient) -> None:
    assert lead.get("/rota/99").status_code == 404
    assert lead.post("/rota/99/publish").status_code == 404


def test_an_impossible_week_says_why_on_its_page(
    lead: FlaskClient, world: World
) -> None:
    draft = by_hand(world, days=0)
    with db.transaction() as session:
        rota = session.get_one(Rota, draft)
        rota.status = "infeasible"
        params = {"agents": [str(world.people[0])], "rules": ["rest_between_shifts"]}
        rota.reasons = [{"code": "rules_conflict", "params": params}]

    page = lead.get(f"/rota/{draft}").text

    assert "No rota keeps every rule." in page
    assert "for Ayşe Yılmaz: rest between shifts" in page


# Lunch


def test_a_lunch_moved_on_a_published_day_makes_a_draft_and_tells_after_publishing(
    lead: FlaskClient, world: World
) -> None:
    rota_id = published(world)
    one = rows(rota_id)[0]

    answer = lead.post(
        f"/lunch/{world.queue_id}/{DAY}/move", data=posted(one, "l", 780)
    )

    assert answer.status_code == 200
    assert answer.json is not None
    assert "1 lunch is not published yet" in answer.json["html"]["#state"]
    with db.reading() as session:
        draft = lunch.desk_of(session, world.queue_id, MONDAY).rota
        assert draft is not None
        assert draft.id != rota_id
    assert lead.post(f"/lunch/{draft.id}/publish", data={"day": DAY}).status_code == 302
    with db.reading() as session:
        assert session.get_one(Rota, rota_id).state is RotaState.SUPERSEDED
    noon = next(
        o for o in rows(draft.id) if (o.user_id, o.day) == (one.user_id, MONDAY)
    )
    assert noon.lunch_starts_at == WEEK.instant(MONDAY, 780)


def test_the_proposal_holds_what_everybody_at_once_did_not(
    lead: FlaskClient, world: World, settings: Settings
) -> None:
    published(world, lunches=(720,))
    before = lead.get(f"/lunch/?day={DAY}").text
    assert "half hours are short" in before or "half hour is short" in before
    with db.transaction() as session:
        job_id = lunch.ask(
            session, world.queue_id, MONDAY, by=world.lead, now=WEEK.begin
        )

    told = run(job_id, settings)

    assert told["total"] == 0
    assert told["status"] == "optimal"
    with db.reading() as session:
        draft = lunch.desk_of(session, world.queue_id, MONDAY).rota
        assert draft is not None
        at = [o.lunch_starts_at for o in draft.assignments if o.day == MONDAY]
    assert max(at.count(one) for one in at) == 2  # six people, five half hours
    assert (
        "The requirement is held in every half hour"
        in lead.get(f"/lunch/?day={DAY}").text
    )


def test_a_locked_lunch_stays_in_the_proposal(
    lead: FlaskClient, world: World, settings: Settings
) -> None:
    one = rows(published(world, lunches=(780,)))[0]
    form = {"assignment": one.id, "locked": "1"}
    assert (
        lead.post(f"/lunch/{world.queue_id}/{DAY}/lock", data=form).status_code == 302
    )
    assert lead.post(f"/lunch/{world.queue_id}/{DAY}/propose").status_code == 302
    with db.transaction() as session:
        job_id = lunch.ask(
            session, world.queue_id, MONDAY, by=world.lead, now=WEEK.begin
        )

    run(job_id, settings)

    with db.reading() as session:
        draft = lunch.desk_of(session, world.queue_id, MONDAY).rota
        assert draft is not None
        kept = next(
            o for o in draft.assignments if (o.user_id, o.day) == (one.user_id, one.day)
        )
    assert kept.lunch_starts_at == WEEK.instant(MONDAY, 780)


def test_a_shift_is_not_moved_at_the_lunch_desk(
    lead: FlaskClient, world: World
) -> None:
    one = rows(published(world))[0]

    answer = lead.post(
        f"/lunch/{world.queue_id}/{DAY}/move", data=posted(one, "s", 480, 540)
    )

    assert answer.status_code == 422


def test_unpublished_lunches_can_be_put_away(lead: FlaskClient, world: World) -> None:
    rota_id = published(world)
    one = rows(rota_id)[0]
    lead.post(f"/lunch/{world.queue_id}/{DAY}/move", data=posted(one, "l", 780))
    with db.reading() as session:
        draft = lunch.desk_of(session, world.queue_id, MONDAY).rota
        assert draft is not None

    assert lead.post(f"/lunch/{draft.id}/discard", data={"day": DAY}).status_code == 302
    with db.reading() as session:
        shown = lunch.desk_of(session, world.queue_id, MONDAY).rota
        assert shown is not None
        assert shown.id == rota_id
    assert lead.post(f"/lunch/{rota_id}/discard", data={"day": DAY}).status_code == 404


def test_a_day_without_a_rota_shows_the_first_step(
    lead: FlaskClient, world: World
) -> None:
    assert "No rota for this day" in lead.get(f"/lunch/?day={DAY}").text
    assert lead.post(f"/lunch/{world.queue_id}/{DAY}/propose").status_code == 302
    assert "There is no rota for this day yet" in lead.get("/lunch/").text


# Today


def test_today_says_who_is_where(lead: FlaskClient, world: World) -> None:
    published(world)  # lunches at 11:30, 12:00, 12:30, 13:00; it is 12:10

    page = lead.get("/today/").text

    assert "back at 12:30" in page
    assert "12:30" in page
    assert "until 17:30" in page


def test_today_without_a_rota_says_so(lead: FlaskClient, world: World) -> None:
    assert "No rota is published for this day." in lead.get("/today/").text
    far = (MONDAY + timedelta(days=28)).isoformat()
    assert "Nothing is planned for this day" in lead.get(f"/today/?day={far}").text


def test_pages_without_a_queue_offer_the_first_step(
    log_in: Callable[..., LoggedIn],
) -> None:
    client = log_in(Role.SERVICE_LEAD).client

    for path in ("/today/", "/lunch/", "/rota/"):
        assert "No queue yet" in client.get(path).text


# My week


def test_an_agent_sees_the_own_week_and_nobody_elses(app: object, world: World) -> None:
    published(world)

    page = log_in_as("agent0", app).get("/my-week/").text

    assert "08:30–17:30" in page
    assert "Lunch 11:30–12:00" in page
    assert "Mehmet Kaya" not in page


def test_a_draft_is_nobodys_week(app: object, world: World) -> None:
    by_hand(world)

    page = log_in_as("agent0", app).get("/my-week/").text

    assert "No shift is published for this week" in page


def test_the_calendar_feed_holds_the_shifts_under_a_secret(
    app: object, world: World
) -> None:
    published(world)
    client = log_in_as("agent0", app)
    client.post("/my-week/calendar")
    with db.reading() as session:
        token = session.get_one(User, world.people[0]).calendar_token
    stranger: FlaskClient = app.test_client()  # type: ignore[attr-defined]

    answer = stranger.get(f"/calendar/{token}.ics")

    assert answer.mimetype == "text/calendar"
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert len(events) == 5
    first = min(events, key=lambda event: str(event.decoded("dtstart")))
    assert first.decoded("dtstart") == WEEK.instant(MONDAY, 510)
    assert "Lunch 11:30–12:00" in str(first.get("description"))
    assert len({str(event["uid"]) for event in events}) == 5


def test_a_renewed_or_ended_address_and_a_passive_persons_feed_are_gone(
    app: object, world: World
) -> None:
    client = log_in_as("agent0", app)
    seen = []
    for _round in range(2):
        client.post("/my-week/calendar")
        with db.reading() as session:
            seen.append(session.get_one(User, world.people[0]).calendar_token)
    assert client.get(f"/calendar/{seen[0]}.ics").status_code == 404
    assert client.get(f"/calendar/{seen[1]}.ics").status_code == 200

    with db.transaction() as session:
        leaver = session.get_one(User, world.people[0])
        leaver.is_active, leaver.passive_since = False, WEEK.begin

    assert client.get(f"/calendar/{seen[1]}.ics").status_code == 404
    with db.transaction() as session:
        back = session.get_one(User, world.people[0])
        back.is_active, back.passive_since = True, None
    log_in_as("agent0", app).post("/my-week/calendar/revoke")
    assert client.get(f"/calendar/{seen[1]}.ics").status_code == 404


def test_leave_and_changes_show_in_the_week(app: object, world: World) -> None:
    rota_id = published(world)
    lead_client = log_in_as("lead", app)
    one = rows(rota_id)[0]
    lead_client.post(f"/lunch/{world.queue_id}/{DAY}/move", data=posted(one, "l", 780))
    with db.reading() as session:
        draft = lunch.desk_of(session, world.queue_id, MONDAY).rota
        assert draft is not None
    lead_client.post(f"/lunch/{draft.id}/publish", data={"day": DAY})

    page = log_in_as("agent0", app).get("/my-week/").text

    assert "Something in this week changed" in page
    assert "Lunch 13:00–13:30" in page

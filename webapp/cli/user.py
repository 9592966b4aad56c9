"""`vardiya user`: accounts from the terminal, for the first of IT and for scripts."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from webapp.adapters import utc_now
from webapp.cli.context import open_database, settings
from webapp.models.people import Role
from webapp.services import people, people_pages, roles
from webapp.settings import Settings

ROLE = click.Choice([role.value for role in Role])
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
DAY = click.DateTime(["%Y-%m-%d"])


@click.group("user")
def user_command() -> None:
    """Open accounts, give roles, make people passive; nobody is ever deleted.

    Example: vardiya user add ayse.kaya "Ayşe Kaya" --role it
    """


def _today(chosen: Settings) -> date:
    return utc_now().astimezone(ZoneInfo(chosen.zone)).date()


def _say(result: Mapping[str, object], text: str, *, as_json: bool) -> None:
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else text)


@user_command.command()
@click.argument("username")
@click.argument("full_name")
@click.option("--role", "role_names", type=ROLE, multiple=True, required=True)
@click.option("--team", help="The team's name; a new one is made.")
@click.option("--email", help="The person's e-mail address.")
@click.option("--acd-code", help="The person's name in the telephone system.")
@AS_JSON
def add(
    username: str,
    full_name: str,
    role_names: tuple[str, ...],
    team: str | None,
    email: str | None,
    acd_code: str | None,
    *,
    as_json: bool,
) -> None:
    """Open an account and print its one-time password.

    Example: vardiya user add ayse.kaya "Ayşe Kaya" --role agent --role service_lead
    """
    chosen = settings()
    new = people.NewUser(
        username=username,
        full_name=full_name,
        roles=tuple(Role(name) for name in role_names),
        team=team,
        email=email,
        acd_code=acd_code,
    )
    with open_database(chosen).transaction() as session:
        account, password = people.open_account(
            session, new, actor_id=None, today=_today(chosen), now=utc_now()
        )
        result = {"id": account.id, "username": account.username, "password": password}
    _say(
        result,
        f"{account.username}: one-time password {password}",
        as_json=as_json,
    )


@user_command.command("list")
@click.argument("text", default="")
@click.option("--role", "role_name", type=ROLE, help="Only who has this role today.")
@click.option("--all", "with_passive", is_flag=True, help="Passive accounts too.")
@AS_JSON
def list_accounts(
    text: str, role_name: str | None, *, with_passive: bool, as_json: bool
) -> None:
    """List accounts, those whose name fits TEXT if it is given.

    Example: vardiya user list --role it --json
    """
    chosen = settings()
    wanted = people_pages.UserFilter(
        text=text,
        role=role_name or "",
        state=people_pages.ALL if with_passive else people_pages.ACTIVE,
    )
    with open_database(chosen).reading() as session:
        found = people_pages.lines(session, wanted, today=_today(chosen))
    if as_json:
        click.echo(json.dumps([_as_dict(line) for line in found], ensure_ascii=False))
        return
    width = max((len(line.username) for line in found), default=0)
    for line in found:
        state = "" if line.is_active else "  (passive)"
        held = ", ".join(line.roles) or "-"
        click.echo(f"{line.username:<{width}}  {line.full_name}  {held}{state}")


def _as_dict(line: people_pages.UserLine) -> dict[str, object]:
    return {
        "id": line.id,
        "username": line.username,
        "full_name": line.full_name,
        "roles": list(line.roles),
        "team": line.team,
        "is_active": line.is_active,
    }


@user_command.command()
@click.argument("username")
@click.option("--reason", required=True, help="Kept in the audit log.")
@AS_JSON
def passive(username: str, reason: str, *, as_json: bool) -> None:
    """Make an account passive: every log-in of it ends at once.

    Example: vardiya user passive ayse.kaya --reason "left on 20 November"
    """
    with open_database(settings()).transaction() as session:
        account = people.by_username(session, username)
        people.make_passive(
            session, account.id, actor_id=None, reason=reason, now=utc_now()
        )
    result = {"username": account.username, "is_active": False}
    _say(result, f"{account.username} is passive.", as_json=as_json)


@user_command.command()
@click.argument("username")
@click.option("--reason", required=True, help="Kept in the audit log.")
@AS_JSON
def active(username: str, reason: str, *, as_json: bool) -> None:
    """Make a passive account active again.

    Example: vardiya user active ayse.kaya --reason "came back"
    """
    with open_database(settings()).transaction() as session:
        account = people.by_username(session, username)
        people.make_active(
            session, account.id, actor_id=None, reason=reason, now=utc_now()
        )
    result = {"username": account.username, "is_active": True}
    _say(result, f"{account.username} is active.", as_json=as_json)


@user_command.command()
@click.argument("username")
@AS_JSON
def password(username: str, *, as_json: bool) -> None:
    """Give an account a new one-time password and print it.

    Example: vardiya user password ayse.kaya
    """
    with open_database(settings()).transaction() as session:
        account = people.by_username(session, username)
        made = people.reset_password(session, account.id, actor_id=None, now=utc_now())
    _say(
        {"username": account.username, "password": made},
        f"{account.username}: one-time password {made}",
        as_json=as_json,
    )


@user_command.command()
@click.argument("username")
@click.argument("role", type=ROLE)
@click.option("--from", "first", type=DAY, help="First day (2026-11-21); today.")
@click.option("--to", "last", type=DAY, help="Last day; none for good.")
@click.option("--for", "replaced", help="User name of whom they substitute.")
@AS_JSON
def grant(
    username: str,
    role: str,
    first: datetime | None,
    last: datetime | None,
    replaced: str | None,
    *,
    as_json: bool,
) -> None:
    """Give an account a role, for good or for some days as a substitute.

    Example: vardiya user grant veli.can manager --to 2026-12-04 --for ayse.kaya
    """
    chosen = settings()
    with open_database(chosen).transaction() as session:
        account = people.by_username(session, username)
        given = roles.grant(
            session,
            account.id,
            Role(role),
            first=first.date() if first else _today(chosen),
            last=last.date() if last else None,
            substitute_for_id=_id_of(session, replaced),
            actor_id=None,
            now=utc_now(),
        )
    result = {
        "username": account.username,
        "role": role,
        "from": given.valid_from.isoformat(),
        "to": given.valid_to.isoformat() if given.valid_to else None,
    }
    ends = f" to {given.valid_to}" if given.valid_to else ""
    text = f"{account.username} is {role} from {given.valid_from}{ends}."
    _say(result, text, as_json=as_json)


def _id_of(session: Session, username: str | None) -> int | None:
    return people.by_username(session, username).id if username else None

"""Who works at the demo centre."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from scheduling.leave import Law, annual_entitlement
from webapp.models.leave import LedgerReason
from webapp.models.people import Role, User, WorkLaw
from webapp.services import contracts, leave_ledger, passwords, people

PASSWORD = "vardiya-demo"  # noqa: S105 - the demo's log-ins are shown on its first page


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One invented person."""

    username: str
    full_name: str
    roles: tuple[Role, ...]
    line: str | None = None


# The first six are heard in the demo's recordings.
VERGI_AGENTS = (
    "Ayşe Yılmaz, Mehmet Kaya, Elif Demir, Murat Şahin, Zeynep Çelik, Hakan Aydın, "
    "Fatma Arslan, Mustafa Doğan, Emine Kılıç, Hüseyin Aslan, Merve Çetin, "
    "İbrahim Kara, Hatice Koç, Ömer Kurt, Büşra Özkan, Yusuf Şimşek, Esra Polat, "
    "Ali Öztürk, Seda Erdem, Osman Güneş, Gülsüm Bulut, Emre Taş, Derya Ünal, "
    "Serkan Acar"
).split(", ")
EMLAK_AGENTS = (
    "Nurcan Işık, Tuncay Bozkurt, Sevgi Ateş, Kadir Yavuz, Pelin Sezer, Cem Duman, "
    "Şule Tekin"
).split(", ")


def accounts() -> tuple[Account, ...]:
    """Return everyone, those whose log-ins are shown first."""
    agents = [(name, "vergi") for name in VERGI_AGENTS]
    agents += [(name, "emlak") for name in EMLAK_AGENTS]
    return (
        Account(
            username="servis",
            full_name="Sibel Karaca",
            roles=(Role.AGENT, Role.SERVICE_LEAD),
            line="vergi",
        ),
        Account(username="mudur", full_name="Ahmet Tunç", roles=(Role.MANAGER,)),
        Account(
            username="ustyonetici", full_name="Nermin Sayar", roles=(Role.TOP_MANAGER,)
        ),
        Account(username="kalite", full_name="Leyla Bayrak", roles=(Role.QA_REVIEWER,)),
        Account(username="kalite2", full_name="Tolga Ergin", roles=(Role.QA_REVIEWER,)),
        Account(username="supervizor", full_name="Rıza Uçar", roles=(Role.SUPERVISOR,)),
        Account(username="bilgiislem", full_name="Deniz Ökten", roles=(Role.IT,)),
        *(
            Account(
                username=f"temsilci{number}",
                full_name=name,
                roles=(Role.AGENT,),
                line=line,
            )
            for number, (name, line) in enumerate(agents, 1)
        ),
    )


def open_all(
    session: Session, queue_ids: dict[str, int], *, today: date, now: datetime
) -> dict[str, int]:
    """Open every account with the demo's password; return ids by user name."""
    hashed = passwords.hashed(PASSWORD)
    ids: dict[str, int] = {}
    for number, account in enumerate(accounts()):
        user, _one_time = people.open_account(
            session,
            people.NewUser(
                username=account.username,
                full_name=account.full_name,
                roles=account.roles,
                team="Çağrı Merkezi" if account.line else None,
                acd_code=str(4001 + number) if account.line else None,
            ),
            actor_id=None,
            today=today - timedelta(days=400),
            now=now,
        )
        user.password_hash, user.must_change_password = hashed, False
        if account.line:
            _employ(session, user, number, queue_ids[account.line], today, now)
        ids[account.username] = user.id
    return ids


def _employ(
    session: Session, user: User, number: int, queue_id: int, today: date, now: datetime
) -> None:
    """Give an agent a contract, a queue and an opening balance of leave."""
    is_civil_servant = number % 4 != 3
    hired_on = date(
        today.year - 1 - (number * 5) % 17, 1 + number % 12, 1 + number % 28
    )
    contracts.change_contract(
        session,
        user.id,
        contracts.Contract(
            full_name=user.full_name,
            email=None,
            team="Çağrı Merkezi",
            acd_code=user.acd_code,
            work_law=WorkLaw.CIVIL_SERVANT_657
            if is_civil_servant
            else WorkLaw.LABOUR_4857,
            weekly_minutes=2400,
            days_per_week=5,
            hired_on=hired_on,
            born_on=date(1971 + (number * 7) % 30, 1 + number % 12, 1 + number % 28),
            queue_ids=frozenset({queue_id}),
        ),
        actor_id=None,
        today=today,
        now=now,
    )
    granted = annual_entitlement(Law(user.work_law.value), hired_on, today)
    for year, half_days in (
        (today.year, granted * 2 - (number * 3) % 20),
        (today.year - 1, number % 5),
    ):
        if half_days > 0:
            leave_ledger.book(
                session,
                user.id,
                day=min(today, date(today.year, 1, 2)),
                year=year,
                half_days=half_days,
                reason=LedgerReason.OPENING,
                by=None,
                now=now,
            )


def ids_by_username(session: Session) -> dict[str, int]:
    """Return the ids of all accounts by user name."""
    rows = session.execute(sa.select(User.username, User.id))
    return {username: user_id for username, user_id in rows}  # noqa: C416 - typed rows

"""People, what they may do and when, and their log-ins."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, enum_column


class Role(enum.StrEnum):
    """What a person is at the centre (the directive's articles 3-8)."""

    AGENT = "agent"
    SERVICE_LEAD = "service_lead"
    QA_REVIEWER = "qa_reviewer"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    TOP_MANAGER = "top_manager"
    IT = "it"


class WorkLaw(enum.StrEnum):
    """The law a person works under: labour law 4857 or civil servants' law 657."""

    LABOUR_4857 = "4857"
    CIVIL_SERVANT_657 = "657"


class Theme(enum.StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Team(Base):
    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100), unique=True)


class User(Base):
    """A person. A leaver becomes passive; the row stays for ever."""

    __tablename__ = "app_user"
    __table_args__ = (
        CheckConstraint(
            "is_active = (passive_since IS NULL)", name="passive_iff_dated"
        ),
        CheckConstraint("weekly_minutes BETWEEN 0 AND 2700", name="weekly_minutes"),
        CheckConstraint("days_per_week BETWEEN 0 AND 6", name="days_per_week"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(64), unique=True)
    full_name: Mapped[str] = mapped_column(sa.String(200))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    passive_since: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(sa.String(8), default="tr")
    theme: Mapped[Theme] = enum_column(Theme, default=Theme.AUTO)
    created_at: Mapped[datetime]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    # As the telephone system names them in call records and recordings.
    acd_code: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    # The contract, as scheduling and leave need it.
    work_law: Mapped[WorkLaw] = enum_column(WorkLaw, default=WorkLaw.LABOUR_4857)
    weekly_minutes: Mapped[int] = mapped_column(default=2400)
    days_per_week: Mapped[int] = mapped_column(default=5)
    hired_on: Mapped[date | None]
    born_on: Mapped[date | None]
    # The secret of the person's calendar feed; replaced to revoke the old address.
    calendar_token: Mapped[str | None] = mapped_column(sa.String(64), unique=True)

    team: Mapped[Team | None] = relationship()
    grants: Mapped[list["RoleGrant"]] = relationship(
        foreign_keys="RoleGrant.user_id", back_populates="user"
    )


class RoleGrant(Base):
    """A role held from a day to a day; a substitute's grant names who is replaced."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"
        ),
        CheckConstraint(
            "substitute_for_id IS NULL OR valid_to IS NOT NULL", name="substitute_ends"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), index=True)
    role: Mapped[Role] = enum_column(Role)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    substitute_for_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    granted_at: Mapped[datetime]
    # Taken back at once, whatever its days say.
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id], back_populates="grants")
    substitute_for: Mapped[User | None] = relationship(foreign_keys=[substitute_for_id])


class LoginSession(Base):
    """One log-in of one browser, known by the hash of its token."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(sa.String(64))
    agent: Mapped[str] = mapped_column(sa.String(200))
    # The browser, by the hash of a secret that it keeps from log-in to log-in.
    device_hash: Mapped[str] = mapped_column(sa.String(64), default="")

    user: Mapped[User] = relationship()


class LoginAttempt(Base):
    """A log-in that was begun; the row goes when it succeeds, so the rest failed."""

    __tablename__ = "login_attempt"
    __table_args__ = (
        sa.Index("ix_login_attempt_username_at", "username", "at"),
        sa.Index("ix_login_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(64))
    address: Mapped[str] = mapped_column(sa.String(64))
    # Empty for a browser that this person never logged in with.
    device_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    at: Mapped[datetime]


class Notice(Base):
    """What a person should know: a code and its parameters, put in words later."""

    __tablename__ = "notice"
    __table_args__ = (sa.Index("ix_notice_user_id_read_at", "user_id", "read_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    code: Mapped[str] = mapped_column(sa.String(64))
    params: Mapped[dict[str, Any]]
    link: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class FaultState(enum.StrEnum):
    REPORTED = "reported"
    WITH_IT = "with_it"
    WITH_VENDOR = "with_vendor"
    CLOSED = "closed"


class Fault(Base):
    """A fault an agent reports; the supervisor takes it to IT or the vendor (D 6b)."""

    __tablename__ = "fault"

    id: Mapped[int] = mapped_column(primary_key=True)
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), index=True)
    reported_at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[FaultState] = enum_column(FaultState, default=FaultState.REPORTED)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    outcome: Mapped[str] = mapped_column(sa.Text, default="")

    reported_by: Mapped[User] = relationship(foreign_keys=[reported_by_id])
    changed_by: Mapped[User | None] = relationship(foreign_keys=[changed_by_id])


class CentreSetting(Base):
    """A value the centre chose, by name; services know the names and defaults."""

    __tablename__ = "centre_setting"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    value: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))

"""What never changes is refused by the database itself

The audit log is only added to; no account, call, recording, evaluation, leave entry
or request row is deleted (the directive's article 5c: destroying a recording destroys
its key, its row stays); a published rota's assignments are frozen. Triggers, because
a rule that only code keeps is kept until the first mistake.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_entry", "leave_entry", "leave_step")
NEVER_DELETED = (
    "app_user",
    "role_grant",
    "login_session",
    "import_batch",
    "call_record",
    "interval_actual",
    "forecast",
    "forecast_interval",
    "requirement",
    "requirement_interval",
    "rota",
    "leave_request",
    "escalation",
    "destruction_proposal",
    "recording",
    "transcript",
    "quarantined_file",
    "form_version",
    "evaluation",
    "evaluation_item",
    "agent_response",
    "fault",
)
FROZEN = "published rotas never change"
NOT_DRAFT = "(SELECT state FROM rota WHERE id = {row}.rota_id) <> 'draft'"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()


def _upgrade_sqlite() -> None:
    for table in APPEND_ONLY:
        _refuse_sqlite(table, "UPDATE", f"{table} is append-only")
    for table in APPEND_ONLY + NEVER_DELETED:
        _refuse_sqlite(table, "DELETE", f"nothing is deleted from {table}")
    for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        _refuse_sqlite("assignment", act, FROZEN, NOT_DRAFT.format(row=row))


def _refuse_sqlite(table: str, act: str, text: str, when: str = "1") -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{text}'); END"
    )


def _upgrade_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION vardiya_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in APPEND_ONLY:
        _refuse_postgresql(table, "UPDATE", f"{table} is append-only")
    for table in APPEND_ONLY + NEVER_DELETED:
        _refuse_postgresql(table, "DELETE", f"nothing is deleted from {table}")
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"EXECUTE FUNCTION vardiya_refuse('nothing is deleted from {table}')"
        )
    op.execute(
        "CREATE FUNCTION vardiya_rota_is_draft(wanted integer) RETURNS boolean "
        "LANGUAGE sql STABLE AS $$ SELECT state = 'draft' FROM rota "
        "WHERE id = wanted $$"
    )
    for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        when = f"(NOT vardiya_rota_is_draft({row}.rota_id))"
        _refuse_postgresql("assignment", act, FROZEN, when)


def _refuse_postgresql(table: str, act: str, text: str, when: str = "(true)") -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"FOR EACH ROW WHEN {when} EXECUTE FUNCTION vardiya_refuse('{text}')"
    )


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    triggers = [(table, "update") for table in APPEND_ONLY]
    triggers += [(table, "delete") for table in APPEND_ONLY + NEVER_DELETED]
    triggers += [("assignment", act) for act in ("insert", "update", "delete")]
    if on_postgresql:
        triggers += [(table, "truncate") for table in APPEND_ONLY + NEVER_DELETED]
    for table, act in triggers:
        where = f" ON {table}" if on_postgresql else ""
        op.execute(f"DROP TRIGGER {table}_no_{act}{where}")
    if on_postgresql:
        op.execute("DROP FUNCTION vardiya_rota_is_draft(integer)")
        op.execute("DROP FUNCTION vardiya_refuse()")

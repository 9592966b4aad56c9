"""Alembic's environment: runs over the connection that services.schema passes in."""

from alembic import context

from webapp.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
    user_module_prefix="",
)
with context.begin_transaction():
    context.run_migrations()

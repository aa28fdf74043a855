"""How Alembic runs here: on a connection that is given to it (see fhir_adapters/service/store/schema.py)."""

from alembic import context
from sqlalchemy import text

from fhir_adapters.service.store.tables import METADATA

_LOCK = 7_223_667  # any number that only this product uses

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, compare_type=True, transactional_ddl=True)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":  # of several that migrate at once, one does
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    context.run_migrations()

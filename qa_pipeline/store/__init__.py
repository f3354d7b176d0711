"""The store: SQLite or PostgreSQL through SQLAlchemy. Rows stay here; what goes in and out are the frozen models."""

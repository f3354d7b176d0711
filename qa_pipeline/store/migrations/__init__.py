"""Alembic's folder; `qa_pipeline.store.migrate` runs it."""

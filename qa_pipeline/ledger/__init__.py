"""The ledger of settled months: append-only, chained by hashes, and complete enough to compute every payroll again.

Pure: entries come in and go out as text. Where they are kept is `qa_pipeline.store.queries.ledger`, what is written
when a month closes `qa_pipeline.settling`. What the ledger proves and what not is said in docs/ledger.md.
"""

"""Settling a month: operator by operator out of the store, into closing lines and the ledger, and checking it later."""

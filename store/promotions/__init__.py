"""Promotions: definitions, codes, counters, orders, ledger."""

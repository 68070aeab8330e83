"""The ledger, message events, consent, suppression, limits."""

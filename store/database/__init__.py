"""Connections, transactions, pipelined statements, keyset pages."""

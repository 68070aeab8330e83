"""Promotions: pure rules of discounts, codes, budgets and returns."""

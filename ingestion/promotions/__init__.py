"""Evaluating carts; reserving, redeeming, returning and cancelling promotions."""

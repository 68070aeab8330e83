"""Twilio: SMS out, delivery receipts and answers in."""

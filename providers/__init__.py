"""The vendors. Their words stop here: one folder each, `send.py` out and `webhook.py` in."""

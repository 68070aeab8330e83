"""Campaigns, runs, journeys, entry triggers, the outbox."""

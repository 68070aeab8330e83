"""Reports over events, journeys and messages."""

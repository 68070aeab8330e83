"""What happens, in one pipeline: event -> profile -> matching journeys -> outbox; the relay tells Temporal."""

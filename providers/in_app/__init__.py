"""The customer's inbox in the app."""

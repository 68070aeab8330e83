"""The condition language compiled to SQL."""

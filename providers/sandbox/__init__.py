"""A server of ours that stands in for the vendors: takes messages, plays their recipients, reports back."""

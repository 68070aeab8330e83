"""How right the models are, on data nobody here made. `make eval`."""

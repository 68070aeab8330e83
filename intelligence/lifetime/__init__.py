"""How often a customer buys, for how long, and for how much."""

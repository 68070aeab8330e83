"""What touches the world, and what decides: one Input and one Result model each."""

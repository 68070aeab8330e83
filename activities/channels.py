"""What a channel split is decided on."""

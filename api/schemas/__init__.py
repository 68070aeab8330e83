"""What requests and answers look like, where domain/ and models/ do not say it."""

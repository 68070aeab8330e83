"""What data says of customers: features, learners, and how right they are. Never imported by `workflows`."""

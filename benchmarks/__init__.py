"""What `make bench` runs: each figure beside its reference, from one run on one machine."""

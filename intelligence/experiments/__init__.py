"""The statistics of experiments: pure functions of sums, valid at any look. See docs/experiments.md."""

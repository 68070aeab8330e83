"""What answers to surveys say: figures with intervals, and what words are about."""

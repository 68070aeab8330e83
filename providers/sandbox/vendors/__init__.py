"""The vendors that the sandbox speaks as. Each front reads, answers and reports in its vendor's own words."""

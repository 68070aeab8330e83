"""Surveys: what is asked, what an answer means, and which question comes next."""

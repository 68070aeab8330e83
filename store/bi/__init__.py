"""The views for business intelligence: their contract, who may read them, and reading them whole."""

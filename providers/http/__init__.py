"""Any gateway that takes an HTTP request."""

"""Every query. Sessions come in; stores flush and never commit."""

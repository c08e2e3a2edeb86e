"""How amounts are written in pages."""

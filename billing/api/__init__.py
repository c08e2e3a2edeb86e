"""How plans bind the REST API."""

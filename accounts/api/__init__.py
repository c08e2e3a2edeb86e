"""How a program shows who it is."""

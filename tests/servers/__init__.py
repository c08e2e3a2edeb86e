"""Servers on the loopback that tests fetch from."""

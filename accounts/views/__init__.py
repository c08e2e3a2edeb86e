"""The account pages that are our own."""

"""What is taken away to be kept and checked elsewhere."""

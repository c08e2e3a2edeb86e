"""What templates say often: dates with their machine form, and marked words."""

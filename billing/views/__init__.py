"""The pages of plans and what they cost."""

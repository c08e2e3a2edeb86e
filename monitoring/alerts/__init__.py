"""Telling people: matching (who should hear), delivery (the outbox), messages (what it says), channels (how it goes out)."""

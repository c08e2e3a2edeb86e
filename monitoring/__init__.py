"""The way of a document: from a page on the web to an alert in a mailbox. Start at README.md, then pipeline.py."""

"""Operators' pages: held texts, rules that documents were taught, proposals. For everybody else there are none."""

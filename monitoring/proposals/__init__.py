"""New, moved and vanished documents: what the catalog does not say yet is seen, proposed to operators, and decided.

hubs: the daily visits to legal hubs. sources: what the fetches of known sources show. decisions: what operators make of
it. Who is told is `alerts.matching`'s.
"""

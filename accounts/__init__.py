"""Who is asking: people, organizations, memberships, API keys and the audit trail."""

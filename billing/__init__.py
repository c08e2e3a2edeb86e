"""What an organization may do: plans as code, subscriptions as rows, entitlements as the one place that answers."""

"""Real daemons and real nodes for tests. Read README.md first."""

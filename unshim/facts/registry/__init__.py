"""Facts of one subject: registry."""

"""Facts of one subject: network."""

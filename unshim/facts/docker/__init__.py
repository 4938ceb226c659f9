"""Facts of one subject: docker."""

"""Facts of one subject: images."""

"""Facts of one subject: clients."""

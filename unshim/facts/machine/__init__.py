"""Facts of one subject: machine."""

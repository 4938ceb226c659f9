"""Facts of one subject: systemd."""

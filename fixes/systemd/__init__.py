"""Units, and what systemd does to pods."""

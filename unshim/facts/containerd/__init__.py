"""Facts of one subject: containerd."""

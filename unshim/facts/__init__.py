"""Facts: one subject per file, each `read(host, …) -> fact | Missing`."""

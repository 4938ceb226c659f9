"""Facts of one subject: kubelet."""

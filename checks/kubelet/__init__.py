"""The kubelet's own settings."""

"""Calls to containerd and its CRI service, on message definitions of our own."""

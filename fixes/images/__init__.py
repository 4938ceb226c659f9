"""Images, as the kubelet sees them."""

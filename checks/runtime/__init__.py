"""The runtime of the node's pods: containerd, and what the kubelet makes of it."""

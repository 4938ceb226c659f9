"""What each release of containerd, the kubelet, Docker and CRI knows: data, and one reader each."""

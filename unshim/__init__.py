"""unshim: what is wrong on a Kubernetes node that moves from Docker to containerd, and its cure."""

__version__ = "0.1.0"

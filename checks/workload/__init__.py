"""What is to run on this node."""

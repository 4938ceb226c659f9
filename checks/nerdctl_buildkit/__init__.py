"""What people build images with."""

"""What Docker leaves behind."""

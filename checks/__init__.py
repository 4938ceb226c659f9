"""What can be wrong on a node: one module per subject, one decorated function per check."""

"""What can be wrong on a node: a folder per subject, a module per topic, a function per check."""

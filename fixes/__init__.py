"""What can be done about it: the same module names as checks, one decorated function per fix."""

"""What can be done about it: the same folders and modules as checks, a function per fix."""

"""The rows of kinds.py, one module for each subject."""

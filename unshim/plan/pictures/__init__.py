"""A node as steps would leave it: files on an overlay, and what is expected of what runs."""

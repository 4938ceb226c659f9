"""What moves on a node, as samples for the live panes."""

"""What people ask the runtime with."""

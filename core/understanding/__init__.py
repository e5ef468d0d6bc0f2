"""What people mean: pure readings of a text, shared by both channels."""

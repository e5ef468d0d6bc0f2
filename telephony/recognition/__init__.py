"""What a machine understands of a voice: callers' recordings, and our own prompts."""

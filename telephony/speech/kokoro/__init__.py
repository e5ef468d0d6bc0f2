"""Kokoro-82M, a voice that old people understand: optional, rendered in one process of its own."""

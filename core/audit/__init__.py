"""What was changed, looked at and taken out at the desk, by whom; it only grows."""

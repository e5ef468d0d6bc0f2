"""What staff correct is kept, and a model may learn from it."""

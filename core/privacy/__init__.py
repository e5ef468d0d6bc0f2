"""What is forgotten: by age every night, and by the wish of the one it is about."""

"""What was refused at a door, counted by day, door and reason."""

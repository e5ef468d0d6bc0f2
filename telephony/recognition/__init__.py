"""What a machine understands of a voice: the measure of how well people would."""

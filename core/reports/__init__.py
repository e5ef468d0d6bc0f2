"""What was done in a month or a year: every rate with its denominator, down to the case."""

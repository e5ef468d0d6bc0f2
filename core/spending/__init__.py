"""What leaves a day and costs money, counted against what the office allows."""

"""What an office says in its own words, in the place of the shipped ones."""

"""What an author can write: keys, kinds of fact, dates, pictures; trees → facts."""

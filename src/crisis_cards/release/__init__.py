"""What was published, and the release that follows it."""

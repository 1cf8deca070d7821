"""What is made of a deck: packages and pages."""

"""`python -m crisis_cards`."""

from .cli import main

main(prog_name="crisis-cards")

"""Facts → notes and their cards, as Anki gets and shows them."""

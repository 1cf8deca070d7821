"""An existing Anki deck → a deck folder that goes on where it stopped."""

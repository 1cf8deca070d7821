"""Facts written in YAML → an Anki deck."""

__version__ = "0.1.0"

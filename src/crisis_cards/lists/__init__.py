"""Lists without a history become facts: tables, Anki's text export, notes in Markdown, JSON."""

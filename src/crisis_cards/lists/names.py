"""What stands above the columns of a list, and the keys that are meant by it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..format.cells import ID

_MEANT = {
    "ask": "question, q, frage, pregunta",
    "answer": "a, antwort, réponse, respuesta",
    "side": "front, back, vorderseite, rückseite, recto, verso, anverso, reverso",
    "term": "word, concept, wort, begriff, vokabel, mot, terme, notion, palabra, término, "
    "concepto, english, german, french, spanish, latin, italian, englisch, deutsch, "
    "französisch, spanisch, latein, italienisch, anglais, allemand, français, espagnol, italien, "
    "inglés, alemán, francés, español, latín, italiano",
    "means": "meaning, definition, translation, bedeutung, erklärung, übersetzung, signification, "
    "définition, sens, traduction, significado, definición, traducción",
    "event": "ereignis, événement, evento, acontecimiento",
    "when": "date, year, datum, jahr, année, fecha, año",
    "cloze": "text with blanks, lückentext, texte à trous",
    "hint": "hinweis, tipp, indice, pista",
    "extra": "notes, note, comment, remark, back extra, notiz, bemerkung, anmerkung, remarque, "
    "nota, comentario",
    "tags": "tag, schlagwörter, étiquettes, etiquetas",
}
_KEYS = {word: key for key, words in _MEANT.items() for word in words.split(", ")}


def literal(name: str, known: Collection[str]) -> str:
    """The key or `id` that a name is; empty where it is none."""
    name = name.strip().lower()
    return name if name == ID or name in known else ""


def meant(name: str) -> str:
    """The key that another word for it means, or `side` for any; empty where there is none."""
    return _KEYS.get(" ".join(name.lower().split()), "")


def is_head(cells: Sequence[str], known: Collection[str]) -> bool:
    """Whether a row names columns: two of them or all, as `term` alone may be a word to learn."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    found = [key for cell in filled if (key := literal(cell, known) or meant(cell))]
    return len(found) >= min(2, len(filled)) > 0 and len({*filled}) == len(filled)

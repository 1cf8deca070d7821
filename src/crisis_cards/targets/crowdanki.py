"""Notes → the JSON of CrowdAnki, the add-on that keeps decks in git: decks in decks, their note
types, and uuids by which it knows both again.

The format is what CrowdAnki's own export writes, without what belongs to one collection: ids of
note types and notes, and times. What is said here of its import was measured with its code of 2026
in Anki 26.9.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, uuid5

from ..cards.draft import SEPARATOR
from ..cards.markup import page
from ..cards.subdecks import clean
from ..cards.theme import NoteType, NoteTypes
from ..format.deck import Settings
from ..release.plan import Published
from .note_types import as_json

JSON: TypeAlias = dict[str, Any]
Uuids: TypeAlias = Mapping[str, str]
"""Those of an adopted deck: of `deck <full name>`, `type <name>` and `config`."""

FILE = "deck.json"
KEPT = ".crowdanki.json"
"""The file in a deck's folder that has the uuids of its adoption."""

# CrowdAnki asks its user to map fields where these differ from Anki's own; so it has all of them.
_FIELD = {
    "collapsed": False, "description": "", "excludeFromSearch": False, "plainText": False,
    "preventDeletion": False, "tag": None,
}  # fmt: skip


class UuidsError(Exception):
    """The uuids of a deck cannot be read; the message says why and what to do."""


class ApartError(Exception):
    """The decks of the notes lie in no common one; the message names them."""


def kept(folder: Path) -> Uuids:
    """The uuids that a deck's folder has since its adoption.

    Raises UuidsError where they make no sense, OSError where the file cannot be read.
    """
    path = folder / KEPT
    if not path.exists():
        return {}
    try:
        uuids = json.loads(path.read_bytes())
    except ValueError:  # also of bytes that are no UTF-8
        uuids = None
    if not isinstance(uuids, dict) or not all(isinstance(uuid, str) for uuid in uuids.values()):
        message = "its uuids, by which CrowdAnki knows the deck, cannot be read"
        raise UuidsError(f"{path}: {message}: bring the file back from git")
    return uuids


def _top(decks: Collection[str]) -> str:
    """The name of the innermost deck that holds all others. Raises ApartError if there is none."""
    levels = zip(*(name.split("::") for name in decks), strict=False)
    common = takewhile(lambda parts: len(set(parts)) == 1, levels)
    if name := "::".join(parts[0] for parts in common):
        return name
    names = ", ".join(sorted(decks))
    raise ApartError(
        f"CrowdAnki takes one deck with others in it; these lie in no common one: {names}"
    )


def deck(
    settings: Settings,
    notes: Sequence[Published],
    types: NoteTypes,
    uuids: Uuids,
    others: Collection[str] = (),
) -> JSON:
    """What `deck.json` says; `others` are media files that no note names. Raises ApartError."""
    own_name = clean(settings.name)
    root = _top({own_name, *(note.deck or own_name for note in notes)})

    def uuid(name: str, plain: str) -> str:
        """The uuid by a name of `Uuids`, or else one for ever, from the deck's id and `plain`."""
        return uuids.get(name) or str(uuid5(NAMESPACE_URL, f"crisis-cards/{settings.id}/{plain}"))

    config = uuid("config", "config")
    used = {name: types[name] for name in dict.fromkeys(note.type for note in notes)}
    models = {key: uuid(f"type {each.name}", f"type {each.name}") for key, each in used.items()}
    shown = page(settings.description.value) if settings.description else ""
    decks: dict[str, JSON] = {}

    def node(name: str) -> JSON:
        """The deck of this full name, made where it is not there yet, in those that it lies in."""
        if name not in decks:
            # The deck by its id and those in it by their place: another name changes no uuid.
            is_own = f"{name}::".startswith(f"{own_name}::")
            plain = f"deck{name.removeprefix(own_name)}" if is_own else f"elsewhere {name}"
            decks[name] = {
                "__type__": "Deck",
                "children": [],
                "crowdanki_uuid": uuid(f"deck {name}", plain),
                "deck_config_uuid": config,
                "desc": shown if name == own_name else "",
                "dyn": 0,
                "media_files": set(),
                "name": name if name == root else name.rpartition("::")[2],
                "notes": [],
            }
            if name != root:
                node(name.rpartition("::")[0])["children"].append(decks[name])
        return decks[name]

    made = node(root)
    for note in notes:
        own = node(note.deck or own_name)
        own["media_files"].update(note.pictures)
        own["notes"].append(
            {
                "__type__": "Note",
                "fields": note.fields.split(SEPARATOR),
                "guid": note.guid,
                "note_model_uuid": models[note.type],
                "tags": list(note.tags),
            }
        )
    made["media_files"].update(others)
    for each in decks.values():
        each["media_files"] = sorted(each["media_files"])
    # Only a name: what else stood here would replace the learner's options at every import.
    options = {"__type__": "DeckConfig", "crowdanki_uuid": config, "name": settings.name}
    made["deck_configurations"] = [options]
    made["note_models"] = [_model(each, models[key]) for key, each in used.items()]
    return made


def _model(note_type: NoteType, uuid: str) -> JSON:
    # Without a kind, CrowdAnki makes a copy of Anki's "Basic" of it, which Anki offers to restore.
    model = {"originalStockKind": 0} | as_json(note_type)
    fields = [_FIELD | field for field in model["flds"]]
    return model | {"__type__": "NoteModel", "crowdanki_uuid": uuid, "flds": fields}


def media(made: JSON) -> set[str]:
    """The names of all media files that a deck and those in it show."""
    return {*made["media_files"]}.union(*map(media, made["children"]))


def former_media(path: Path, made: JSON) -> set[str]:
    """The media files of a deck's former export; none where the file is not this deck's."""
    try:
        former = json.loads(path.read_bytes())
        is_same = former["crowdanki_uuid"] == made["crowdanki_uuid"]
        return {name for name in media(former) if Path(name).name == name} if is_same else set()
    except (OSError, ValueError, LookupError, TypeError):
        return set()


def render(made: JSON) -> bytes:
    """The file, laid out as CrowdAnki does it, so that its own exports differ in few lines."""
    return json.dumps(made, ensure_ascii=False, indent=4, sort_keys=True).encode()

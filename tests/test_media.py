"""Pictures: what is found in `media/`, what is refused, and what becomes of it on a card."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PIXEL
from crisis_cards import pipeline
from crisis_cards.cards.fields import split
from crisis_cards.format import media
from crisis_cards.format.media import Picture, Refused
from crisis_cards.problems.rendering import render

Make = Callable[..., pipeline.Project]

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">{}</svg>'
FACT = (
    "section: S\nsource: book\nfacts:\n  a:\n    ask: Q\n    answer: A\n    image: {}\n    alt: W\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    return tmp_path


def _found(folder: Path, name: str, data: bytes) -> Picture | Refused:
    (folder / "media" / name).write_bytes(data)
    return media.find(folder, name)


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M0 0h9" fill="url(#shade)"/>',
        '<use href="#shore"/><use x:href="#shore"/>',
        '<image href="data:image/png;base64,iVBORw0KGgo="/>',
        "<style>@media (prefers-color-scheme: dark) { path { fill: #fff } }</style>",
        "<style>@font-face { src: url('data:font/woff2;base64,d09G') }</style>",
        "<title>One</title><text>onload=alert(1), url(here), @import, &lt;script></text>",
        '<metadata><r:li xmlns:r="urn:r" r:resource="https://example.org/"/></metadata>',
        '<animateTransform attributeName="transform" type="rotate" to="9"/>',
    ],
)
def test_plain_drawings_are_accepted(folder: Path, inside: str) -> None:
    assert isinstance(_found(folder, "a.svg", DRAWING.format(inside).encode()), Picture)


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("<script/>", "<script"),
        ("<SCRIPT/>", "<SCRIPT"),
        ('<g onclick="alert(1)"/>', "onclick="),
        ('<a href="javascript:alert(1)"/>', "href="),
        ('<a x:href="&#106;avascript:alert(1)"/>', "href="),
        ('<image href="https://example.org/a.png"/>', "href="),
        ('<image href="data:image/svg+xml,a"/>', "href="),
        ('<use href="other.svg#a"/>', "href="),
        ('<animate attributeName="href" to="javascript:alert(1)"/>', "<animate"),
        ('<path fill="url(https://example.org/a)"/>', "url("),
        ('<path style="fill: URL( &quot;//example.org/a&quot; )"/>', "URL("),
        ("<style>p { fill: url(a.svg#b) }</style>", "url("),
        ("<style>p { fill: url(data:image/svg+xml,a) }</style>", "url("),
        ("<style><![CDATA[@\\69mport 'a.css']]></style>", "@import"),
        ("<iframe/>", "<iframe"),
        ('<h:video xmlns:h="http://www.w3.org/1999/xhtml"/>', "<video"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_drawings_that_do_something_are_refused(
    folder: Path, inside: str, named: str, encoding: str
) -> None:
    refused = _found(folder, "a.svg", DRAWING.format(inside).encode(encoding))
    assert isinstance(refused, Refused)
    assert refused.message == f'"a.svg" is not a plain picture: it contains "{named}"'


@pytest.mark.parametrize(
    ("size", "to_write"),
    [
        ('width="40" height="30px"', ""),
        ('viewBox="0 0 40 30"', 'width="40" height="30"'),
        ('viewBox="0,0,40.5,30" width="100%" height="100%"', 'width="40.5" height="30"'),
        ('width="40"', 'width="…" height="…"'),
    ],
)
def test_a_drawing_may_have_to_say_its_size(folder: Path, size: str, to_write: str) -> None:
    picture = _found(folder, "a.svg", f'<svg xmlns="http://www.w3.org/2000/svg" {size}/>'.encode())
    assert isinstance(picture, Picture)
    assert picture.size_to_write == to_write


@pytest.mark.parametrize(
    "data",
    [
        PIXEL,
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b"\x00\x00\x00\x20ftypavif",
    ],
)
def test_a_picture_is_known_by_its_content(folder: Path, data: bytes) -> None:
    """A JPEG that is called PNG is shown all the same."""
    assert isinstance(_found(folder, "a.png", data), Picture)


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\x00\x00\x00\x18ftypheic", b"%PDF-1.7"])
def test_what_is_no_picture_is_refused(folder: Path, data: bytes) -> None:
    refused = _found(folder, "a.png", data)
    assert isinstance(refused, Refused)
    assert refused.check == "unsafe-media"


def test_a_file_over_the_limit_is_refused_unread(folder: Path) -> None:
    path = folder / "media" / "a.png"
    with path.open("wb") as file:
        file.truncate(media.LARGEST + 1)
    refused = media.find(folder, "a.png")
    assert isinstance(refused, Refused)
    assert refused.message == '"a.png" has 5.0 MB, more than the 5 MB allowed'


@pytest.mark.parametrize("target", ["../secret.png", "../../secret.png"])
def test_links_out_of_the_folder_are_refused(folder: Path, target: str) -> None:
    link = folder / "media" / "a.png"
    secret = (link.parent / target).resolve()
    secret.write_bytes(PIXEL)
    link.symlink_to(target)
    refused = media.find(folder, "a.png")
    assert isinstance(refused, Refused)
    assert refused.message == '"a.png" is a link that leads out of the deck'


def test_a_media_folder_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "a.png").write_bytes(PIXEL)
    (tmp_path / "deck").mkdir()
    (tmp_path / "deck" / "media").symlink_to(tmp_path / "private")
    assert isinstance(media.find(tmp_path / "deck", "a.png"), Refused)


@pytest.mark.parametrize(
    "name", ["a\0.png", "x" * 400 + ".png", ".", "a/", "a.png/", "", "~/a.png"]
)
def test_odd_names_are_refused(folder: Path, name: str) -> None:
    (folder / "media" / "a.png").mkdir()
    assert isinstance(media.find(folder, name), Refused)


def test_a_pipe_is_no_picture(folder: Path) -> None:
    os.mkfifo(folder / "media" / "a.png")
    assert isinstance(media.find(folder, "a.png"), Refused)


def test_a_linked_folder_is_refused_too(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.png").write_bytes(PIXEL)
    (folder / "media" / "in").symlink_to(outside)
    assert isinstance(media.find(folder, "in/a.png"), Refused)


@pytest.mark.parametrize("name", ["Ä é.png", "キューバ.png", "🇨🇺.png", "a&b'c.png"])
def test_a_name_in_any_script_becomes_one_that_every_system_keeps(folder: Path, name: str) -> None:
    picture = _found(folder, name, PIXEL)
    assert isinstance(picture, Picture)
    assert picture.name.isascii()
    assert picture.name.endswith(".png")


def test_a_new_picture_gets_a_new_name(folder: Path) -> None:
    first, same = _found(folder, "a.png", PIXEL), _found(folder, "a.png", PIXEL)
    other = _found(folder, "a.png", PIXEL + b"\0")
    assert isinstance(first, Picture)
    assert isinstance(other, Picture)
    assert first == same
    assert first.name != other.name


def test_a_file_that_no_fact_uses_is_reported(make_deck: Make, tmp_path: Path) -> None:
    place = tmp_path / "deck" / "media"
    (place / "old").mkdir(parents=True)
    for name in ("used.png", "old/un used.png", ".DS_Store", "old/.hidden"):
        (place / name).write_bytes(PIXEL)
    assert render(make_deck(one=FACT.format("used.png")).problems, "text") == (
        "deck/media/old/un used.png:1:1: warning[orphan-media] no fact uses this file\n"
        '    = hint: name it in a fact, as "image: old/un used.png", or remove it from media/\n'
    )


def test_no_file_is_an_orphan_while_the_deck_has_errors(make_deck: Make, tmp_path: Path) -> None:
    place = tmp_path / "deck" / "media"
    place.mkdir(parents=True)
    (place / "map.png").write_bytes(PIXEL)
    (problem,) = make_deck(one=FACT.format("mop.png")).problems
    assert problem.check == "missing-media"
    assert problem.hint == 'did you mean "map.png"?'


def test_a_picture_without_words_is_reported_at_its_name(make_deck: Make, tmp_path: Path) -> None:
    place = tmp_path / "deck" / "media"
    place.mkdir(parents=True)
    (place / "a.png").write_bytes(PIXEL)
    fact = FACT.format("a.png").replace("alt: W", "tags: [t]")
    (problem,) = make_deck(one=fact).problems
    assert (problem.check, problem.span.line, problem.span.column) == ("no-alt", 7, 12)
    allowed = make_deck(one=fact.replace("tags: [t]", "allow: [no-alt]"))
    assert allowed.problems == ()


def test_words_and_credit_reach_the_card(make_deck: Make, tmp_path: Path) -> None:
    place = tmp_path / "deck" / "media"
    place.mkdir(parents=True)
    (place / "a.png").write_bytes(PIXEL)
    words = "'A \"map\" of *Cuba* {{Front}} <b>'"
    fact = FACT.format("a.png").replace("alt: W", f"alt: {words}\n    credit: [book, page]")
    project = make_deck(one=fact)
    assert project.deck is not None
    assert project.problems == ()
    (draft,) = project.deck.drafts()
    image = split(draft.type, draft.fields)._asdict()["image"]
    assert image.partition('" alt="')[2] == (
        'A &quot;map&quot; of Cuba &#123;&#123;Front}} &lt;b&gt;">'
        '<figcaption dir="auto">A Book, <a href="https://example.org/page">A Page</a></figcaption>'
    )

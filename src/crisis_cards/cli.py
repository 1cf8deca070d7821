"""Arguments, printing, exit status."""

from __future__ import annotations

import errno
import gc
import json
import os
import shlex
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from . import __version__, cache, diagnostics, progress
from .diagnostics import Diagnostic, count
from .folders import DECK_FILE, find

if TYPE_CHECKING:
    from . import build, reuse
    from .facts import Deck
    from .releases import Release
else:

    class _Build:
        """The pipeline, imported when something of it is first needed: not for `--help`."""

        def __getattr__(self, name: str) -> Any:
            return getattr(import_module("crisis_cards.build"), name)

    build = _Build()

_DECKS = Path("decks")


class _NoRehearsalError(click.ClickException):
    """There is nothing to report."""

    exit_code = 2  # 1 says that something would be lost


class _Folders(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A deck folder: one that holds a deck.yaml. One of its files stands for it."""

    name = "deck"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        try:
            path = path.parent if path.suffix in (".yaml", ".yml") and path.is_file() else path
            there = path.is_dir()
        except OSError:  # a name that is too long for one
            there = False
        if not there:
            self.fail(f"there is no folder {value}" + _meant(path), param, ctx)
        if not (path / DECK_FILE).is_file():
            reason = f"{value} holds no {DECK_FILE}, so it is no deck folder"
            self.fail(reason + _meant(path), param, ctx)
        return path


def _meant(path: Path) -> str:
    """The deck folders that may have been meant by a path that is none, as a question."""
    from .facts import slug

    try:
        inside = [str(folder) for folder in find(path)]
        near = {str(folder): folder.name for folder in find(path.parent) + find(_DECKS)}
    except OSError:  # a name that is too long for one
        return ""
    close = get_close_matches(slug(path.name), near.values(), 1)
    likely = inside or [folder for folder, name in near.items() if name in close]
    return f": did you mean {' or '.join(likely[:3])}?" if likely else ""


_Run: TypeAlias = "Callable[[list[build.Project], set[Path], list[Diagnostic], str], None]"
"""What is done on every save: with the decks, the folders that were read anew, all problems, and
the time of day to be printed (empty for the first time)."""

_decks = click.argument("decks", nargs=-1, type=_Folders(), metavar="[DECK]...")
_output = click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("dist"),
    show_default=True,
    help="The folder of the packages.",
)
_strict = click.option("--strict", is_flag=True, help="Warnings count as errors.")
_watch = click.option(
    "--watch", is_flag=True, help="Do it again on every save, and show what changed. Ctrl-C ends."
)


class _Commands(click.Group):
    """Commands that say which file or folder the system refuses, rather than where it was met."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        with _refusals():  # --help prints already here
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        # What is imported stays, and so do facts until the end. They refer to one another in no
        # ring: to look for rings among them again and again would take half of the time.
        gc.freeze()
        gc.set_threshold(1_000_000, 50, 100)
        with _refusals():
            return super().invoke(ctx)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of a pipe has gone: click's own business
            raise
        if error.filename is None:
            _drop_output()
        reason = (error.strerror or str(error)).lower()
        raise click.ClickException(f"{error.filename or 'output'}: {reason}") from error


def _drop_output() -> None:
    """What could not be written would be tried again at the end, and fail there without a word."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Facts written in YAML become an Anki deck.

    DECK is a folder with a deck.yaml; without one, every such folder under decks/ is taken.

    \b
    Example:
      crisis-cards check
      crisis-cards build decks/cuban-missile-crisis
    """


@main.command("check")
@_decks
@_strict
@click.option(
    "--format",
    "style",
    type=click.Choice(diagnostics.FORMATS),
    default="text",
    show_default=True,
    help="How problems are printed: for people, one line each, for programs, for GitHub Actions.",
)
@click.option("--explain", metavar="NAME", help="Print what a check is about, and no more.")
@_watch
@click.option("--fix", "mend", is_flag=True, help="Mend what has one sure remedy, in the files.")
@click.option("--diff", is_flag=True, help="With --fix: show what it would change, write nothing.")
def check_command(
    decks: tuple[Path, ...],
    strict: bool,
    style: str,
    explain: str | None,
    watch: bool,
    mend: bool,
    diff: bool,
) -> None:
    """Say everything that is wrong with decks, and build nothing.

    \b
    Example:
      crisis-cards check --strict decks/cuban-missile-crisis
      crisis-cards check --watch
      crisis-cards check --fix --diff
      crisis-cards check --explain answer-leak
    """
    if explain is not None:
        click.echo(_explained(explain), nl=False)
        return
    if diff and not mend:
        raise click.UsageError("--diff goes with --fix")
    if diff and style == "json":
        raise click.UsageError("--diff shows lines of text: use another --format than json")
    if watch and mend:
        raise click.UsageError("--fix changes files, and --watch waits for that: use one of them")
    if watch:
        if style in ("json", "github"):
            raise click.UsageError(f"--watch prints for people: leave out --format {style}")
        _on_every_save(
            decks, style, lambda read, _, bad, moment: click.echo(moment + _checked(read, bad))
        )
        return
    folders = _chosen(decks)
    projects = _mended(folders, diff, style) if mend else _read(folders, style)
    problems = _problems(projects)
    _print_problems(problems, style)
    if style == "text":
        click.echo(_checked(projects, problems), err=bool(problems))
        if not mend and any(problem.fix for problem in problems):
            click.echo("to see what can be mended: crisis-cards check --fix --diff", err=True)
    _exit(problems, strict)


def _mended(folders: list[Path], diff: bool, style: str) -> list[build.Project]:
    """Decks whose mistakes were mended, or with `diff` would be: then they are as they were."""
    from . import fix

    mended = [fix.fix(folder) for folder in folders]
    if diff:
        click.echo("".join(fix.diff(fixed) for fixed in mended), nl=False)
        return [build.read(folder) for folder in folders]
    try:
        fix.write(mended)
    except fix.ChangedError as error:
        raise click.ClickException(f"{error} was saved in the meantime: do it again") from error
    if style in ("text", "short"):
        for problem in (problem for fixed in mended for problem in fixed.mended):
            click.echo(f"fixed: {diagnostics.render([problem], 'short')}", nl=False, err=True)
    return [fixed.project for fixed in mended]


def _explained(name: str) -> str:
    """The manual page of a check."""
    from . import manual

    page = manual.explain(name)
    if page is None:
        close = get_close_matches(name.lower(), sorted(diagnostics.NAMES), 1)
        hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(manual.pages())}"
        raise click.UsageError(f"there is no check {name}; {hint}")
    return page


def _checked(projects: list[build.Project], problems: list[Diagnostic]) -> str:
    """What was checked, and the numbers of problems."""
    checked = count(len(projects), "deck")
    if not any(problem.is_error for problem in problems):
        checked += ", " + count(sum(project.facts() for project in projects), "fact")
    return f"{checked}: {diagnostics.summary(problems)}"


@main.command("build")
@_decks
@_output
@click.option("--locked", is_flag=True, help="Fail where deck.lock would change, as in CI.")
@_strict
@click.option(
    "--format",
    "style",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="json: one object a deck, a line each.",
)
@_watch
def build_command(
    decks: tuple[Path, ...], output: Path, locked: bool, strict: bool, style: str, watch: bool
) -> None:
    """Build decks into packages that Anki imports.

    What was published is kept in the deck.lock beside a deck's facts: commit it with them. A deck
    with errors is not built, and its former package and lock stay as they were.

    \b
    Example:
      crisis-cards build
      crisis-cards build decks/cuban-missile-crisis -o release
    """
    if watch:

        def again(
            read: list[build.Project], fresh: set[Path], bad: list[Diagnostic], moment: str
        ) -> None:
            _refuse_same_names([project.folder for project in read])
            if bad or moment:
                click.echo(moment + diagnostics.summary(bad), err=True)
            for project in _sound(read, strict):
                if project.folder in fresh:
                    _build(project, output, _now(), locked, style)

        _on_every_save(decks, "text", again)
        return
    folders = _chosen(decks)
    _refuse_same_names(folders)
    now = _now()
    options = ("build", str(output), style, f"strict={strict}", f"locked={locked}")
    run = cache.Run(options, folders, [_target(folder, output) for folder in folders])
    if said := run.recall():
        click.echo(said.err, nl=False, err=True)
        click.echo(said.out, nl=False)
        return
    projects = _read(folders, style, _last(run))
    problems = _problems(projects)
    complaints = diagnostics.render(problems, "text")
    if problems:
        complaints += diagnostics.summary(problems) + "\n"
    click.echo(complaints, nl=False, err=True)
    sound = _sound(projects, strict)
    built = [_build(project, output, now, locked, style) for project in sound]
    if None in built:
        raise click.exceptions.Exit(1)
    _exit(problems, strict)
    if len(sound) == len(projects):
        _remember(run, list(zip(sound, built, strict=True)), problems, complaints, style)


def _remember(
    run: cache.Run,
    made: list[tuple[build.Project, build.Built | None]],
    problems: list[Diagnostic],
    complaints: str,
    style: str,
) -> None:
    """Notes what the next build will say; only another one can know that where a release settles
    a problem.
    """
    from . import releases, renames

    if any(problem.check in renames.CHECKS for problem in problems):
        return
    out = ""
    sections: dict[Path, list[Any]] = {}
    for project, built in made:
        if built:
            again = built._replace(release=releases.repeated(built.release))
            out += _said(project, again, style)
            if built.parts:
                sections[project.folder] = list(built.parts)
    run.remember(cache.Said(out, complaints), sections)


@main.command("diff")
@_decks
@_output
@click.option(
    "--format",
    "style",
    type=click.Choice(("text", "json", "markdown")),
    default="text",
    show_default=True,
    help="markdown: release notes for learners.",
)
def diff_command(decks: tuple[Path, ...], output: Path, style: str) -> None:
    """Say what the next release changes for a learner, and write nothing.

    \b
    Example:
      crisis-cards diff
      crisis-cards diff --format markdown decks/cuban-missile-crisis > release-notes.md
    """
    from . import diff

    projects = [build.read(folder) for folder in _chosen(decks)]
    problems = _problems(projects)
    _print_problems([problem for problem in problems if problem.is_error], "text")
    for project in _sound(projects, strict=False):
        found = diff.between(project, _target(project.folder, output), _now())
        if style == "json":
            click.echo(json.dumps(diff.record(found)))
        else:
            click.echo(diff.text(found) if style == "text" else diff.markdown(found), nl=False)
    _exit(problems, strict=False)


@main.command("stats")
@_decks
@click.option(
    "--format",
    "style",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="json: one object a deck, a line each.",
)
def stats_command(decks: tuple[Path, ...], style: str) -> None:
    """Say what decks hold, where they are thin, and how long they take to learn.

    \b
    Example:
      crisis-cards stats
      crisis-cards stats --format json decks/cuban-missile-crisis
    """
    from . import stats

    projects = [build.read(folder) for folder in _chosen(decks)]
    problems = _problems(projects)
    _print_problems([problem for problem in problems if problem.is_error], "text")
    for at, project in enumerate(_sound(projects, strict=False)):
        found = stats.of(project)
        if style == "json":
            click.echo(json.dumps(stats.record(found), ensure_ascii=False))
        else:
            click.echo("\n" * bool(at) + stats.text(found), nl=False)
    _exit(problems, strict=False)


@main.command("new")
@click.argument("name", nargs=-1, required=True, metavar="NAME")
def new_command(name: tuple[str, ...]) -> None:
    """Make a small deck that builds, to be edited.

    NAME is the deck's title or its folder. The deck comes into decks/ unless NAME is a path.

    \b
    Example:
      crisis-cards new "French Revolution"
      crisis-cards new ./lessons/french-revolution
    """
    from . import new

    try:
        chosen = new.names(" ".join(name), _DECKS)  # a title does without quotes
        made = new.make(chosen)
    except new.Refused as error:
        raise click.UsageError(str(error)) from error
    for path in made:
        click.echo(path)
    folder = shlex.quote(str(chosen.folder))
    click.echo(f"Edit them, and see what is wrong with: crisis-cards check {folder}")


@main.command("schema")
@click.argument("kind", type=click.Choice(("deck", "section")), required=False)
def schema_command(kind: str | None) -> None:
    """Print a JSON Schema, with which an editor completes and checks YAML while you type.

    Without a name it is one for both kinds of file, deck.yaml and section files.

    \b
    Example:
      crisis-cards schema section > section.schema.json
    """
    from . import schema

    made = {"deck": schema.deck, "section": schema.section, None: schema.either}[kind]()
    click.echo(json.dumps(made, indent=2, ensure_ascii=False))


_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@main.command("rehearse")
@click.argument("package", type=_file)
@click.option(
    "--onto",
    type=_file,
    metavar="COLLECTION_OR_PACKAGE",
    help="A learner's collection, which is only read, or an earlier package.",
)
@click.option("--lock", type=_file, help="The deck.lock of the release that the learner has.")
@click.option(
    "--format",
    "style",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
)
def rehearse_command(package: Path, onto: Path | None, lock: Path | None, style: str) -> None:
    """Import a package into a throw-away real Anki and say what a learner would meet.

    The exit status is 1 where something of the learner's would be lost.

    \b
    Example:
      crisis-cards rehearse dist/cuban-missile-crisis.apkg
      crisis-cards rehearse dist/cuban-missile-crisis.apkg --onto old/cuban-missile-crisis.apkg
    """
    from . import rehearsal

    published = None
    if lock is not None:
        published, problems = build.read_lock(lock)
        _print_problems(problems, "text")
        _exit(problems, strict=False)
    try:
        report = rehearsal.rehearse(package, onto, published)
    except rehearsal.RehearsalError as error:
        raise _NoRehearsalError(str(error)) from error
    if style == "json":
        click.echo(json.dumps(rehearsal.record(report)))
    else:
        click.echo(rehearsal.text(report), nl=False)
    if report.would_lose:
        raise click.exceptions.Exit(1)


_PORT = 8642
_PREVIEW = "pip install 'crisis-cards[preview]'"


@main.command("preview")
@click.argument("deck", required=False, type=_Folders())
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Where the page is served.  [default: {_PORT}, or another one where that is taken]",
)
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
@click.option(
    "--export",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="Write the page as one file instead, for sending and for printing cards to cut out.",
)
def preview_command(deck: Path | None, port: int | None, opens: bool, export: Path | None) -> None:
    """Show every card of a deck as Anki will, in the browser, and again on every save.

    The page is there for this computer alone. Ctrl-C ends it.

    \b
    Example:
      crisis-cards preview
      crisis-cards preview decks/cuban-missile-crisis --export cards.html
    """
    folder = _one(deck)
    if export is not None:
        _export(folder, export)
        return
    try:
        import watchfiles  # noqa: F401 (what watches the deck)

        from .preview import server
    except ImportError as error:
        raise click.UsageError(f"the preview needs more libraries: {_PREVIEW}") from error
    try:
        opened = server.listen(_PORT if port is None else port)
    except OSError as error:
        if port is not None:
            reason = (error.strerror or str(error)).lower()
            hint = "leave out --port, and a free one is found"
            raise click.UsageError(f"port {port} cannot be used: {reason}; {hint}") from error
        opened = server.listen(0)
    address = f"http://{server.HOST}:{opened.getsockname()[1]}/"
    with suppress(KeyboardInterrupt):
        click.echo(f"{address}  shows {folder}; Ctrl-C ends it")
        if opens:
            click.launch(address)
        server.make(folder).run(sockets=[opened])


def _export(folder: Path, target: Path) -> None:
    from . import files, preview

    project = build.read(folder)
    _print_problems(project.problems, "text")
    _exit([problem for problem in project.problems if problem.is_error], strict=False)
    page = preview.page(project)
    html = preview.export(page).encode()
    files.write([(target, html)])
    click.echo(f"{target} ({_size(len(html))})\n  {count(len(page.data['cards']), 'card')}")


def _on_every_save(decks: tuple[Path, ...], style: str, run: _Run) -> None:
    """Runs with the decks as they are and again after every save, until Ctrl-C.

    Problems that are new since the last time are printed first, and those that are gone.
    """
    from . import watch

    _chosen(decks)
    problems: list[Diagnostic] | None = None
    try:
        for projects, fresh in watch.projects(
            decks or [_DECKS], lambda: list(decks) or find(_DECKS)
        ):
            moment = "" if problems is None else time.strftime("%H:%M:%S  ")
            before, problems = problems or [], _problems(projects)
            new, gone = watch.difference(before, problems)
            _print_problems(new, style)
            for problem in sorted(gone):
                click.echo(f"gone: {diagnostics.render([problem], 'short')}", nl=False, err=True)
            run(projects, fresh, problems, moment)
    except watch.UnavailableError as error:
        raise click.UsageError(str(error)) from error
    except KeyboardInterrupt:
        click.echo()


def _last(run: cache.Run) -> dict[Path, reuse.Last]:
    """What is known of the last build of each deck."""
    from . import reuse

    if not run.files:
        return {}
    former = run.former()
    known = {}
    for folder, package in zip(run.folders, run.packages, strict=True):
        sections, changed = former.get(folder, ([], frozenset()))
        known[folder] = reuse.Last(tuple(map(reuse.from_json, sections)), changed, package)
    return known


def _read(
    folders: list[Path], style: str, last: Mapping[Path, reuse.Last] = MappingProxyType({})
) -> list[build.Project]:
    """The decks of some folders, with a line that says how far it is."""
    projects = []
    with progress.line(sys.stderr, "reading", wanted=style in ("text", "short")) as line:
        for at, folder in enumerate(folders, start=1):
            of = f" ({at:,} of {len(folders):,})" if len(folders) > 1 else ""
            line.doing = f"reading {folder}{of}"
            projects.append(build.read(folder, last=last.get(folder)))
    return projects


def _target(folder: Path, output: Path) -> Path:
    return output / f"{folder.resolve().name}.apkg"


def _build(
    project: build.Project, output: Path, now: int, locked: bool, style: str
) -> build.Built | None:
    """Builds one deck and says what came of it; None where it did not go well."""
    target = _target(project.folder, output)
    try:
        with progress.line(sys.stderr, f"building {target}", wanted=style == "text"):
            built = build.write(project, target, now, locked=locked)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        click.echo(f"error: {error.filename or target} cannot be written: {reason}", err=True)
        return None
    if built is None:
        click.echo(
            f"error: {project.folder / 'deck.lock'} is not up to date: "
            "build without --locked and commit it",
            err=True,
        )
        return None
    click.echo(_said(project, built, style), nl=False)
    return built


def _said(project: build.Project, built: build.Built, style: str) -> str:
    """What a build says of a deck."""
    if style == "json":
        return _as_json(project, built) + "\n"
    return "".join(f"{line}\n" for line in (_as_text(built), *_advice(built.release)))


def _chosen(decks: tuple[Path, ...]) -> list[Path]:
    """The deck folders of a run, each once."""
    folders = list(decks) or find(_DECKS)
    if not folders:
        raise click.UsageError(
            "there is no deck here: name a deck folder, or go to the folder that holds decks/"
        )
    return list({folder.resolve(): folder for folder in folders}.values())


def _one(deck: Path | None) -> Path:
    """The deck of a command that takes one alone."""
    folders = _chosen((deck,) if deck else ())
    if len(folders) > 1:
        names = ", ".join(map(str, folders))
        raise click.UsageError(f"there are {len(folders)} decks here, so name one: {names}")
    return folders[0]


def _refuse_same_names(folders: list[Path]) -> None:
    first: dict[str, Path] = {}
    for folder in folders:
        name = unicodedata.normalize("NFC", folder.resolve().name).casefold()
        other = first.setdefault(name, folder)
        if other is not folder:
            raise click.UsageError(
                f"{other} and {folder} would both be built as {folder.resolve().name}.apkg: "
                "build them one by one, each with its own -o"
            )


def _problems(projects: list[build.Project]) -> list[Diagnostic]:
    """All that is wrong with the decks of a run, also with them together."""
    found = [problem for project in projects for problem in project.problems]
    return found + build.same_ids(_decks_of(projects))


def _sound(projects: list[build.Project], strict: bool) -> list[build.Project]:
    """The projects that a release can be made of."""
    places = {problem.span for problem in build.same_ids(_decks_of(projects))}
    twice = {deck.id for deck in _decks_of(projects) if deck.place in places}
    return [
        project
        for project in projects
        if project.deck is not None
        and project.deck.id not in twice
        and not any(problem.is_error or strict for problem in project.problems)
    ]


def _decks_of(projects: list[build.Project]) -> list[Deck]:
    return [project.deck for project in projects if project.deck is not None]


def _now() -> int:
    """The time of this build in seconds since 1970; SOURCE_DATE_EPOCH where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return int(time.time())
    if not (epoch.isascii() and epoch.isdigit() and int(epoch[:20]) < 2**40):
        raise click.UsageError(f"SOURCE_DATE_EPOCH is not a number of seconds: {epoch!r}")
    return max(1, int(epoch))  # Anki takes 0 for "never"


def _print_problems(problems: list[Diagnostic], style: str) -> None:
    click.echo(diagnostics.render(problems, style), nl=False, err=style != "json")


def _as_json(project: build.Project, built: build.Built) -> str:
    assert project.deck is not None
    release = built.release
    record = {
        "deck": project.deck.id,
        "package": str(built.package),
        "facts": built.facts,
        "notes": built.notes,
        "cards": built.cards,
        "new": len(release.new),
        "changed": len(release.changed),
        "unchanged": len(release.unchanged),
        "removed": len(release.vanished),
    }
    return json.dumps(record)


def _as_text(built: build.Built) -> str:
    release = built.release
    made = ", ".join(
        (count(built.facts, "fact"), count(built.notes, "note"), count(built.cards, "card"))
    )
    changes = (
        f"{len(release.new):,} new, {len(release.changed):,} changed, "
        f"{len(release.unchanged):,} unchanged, {len(release.vanished):,} removed"
    )
    return f"{built.package} ({_size(built.size)})\n  {made}\n  {changes}"


def _advice(release: Release) -> Iterator[str]:
    """What an author should know of a release beside its numbers."""
    if release.vanished:
        entries = [entry for _, entry in release.vanished]
        ids = ",".join(str(entry.id) for entry in entries[:10])
        more = " …" if len(release.vanished) > 10 else ""
        facts = _listed(key for key, _ in release.vanished)
        yield f"  learners keep the {count(len(entries), 'removed note')} ({facts})"
        yield f"  to delete them in Anki: Browse, and search for nid:{ids}{more}"
    if release.emptied:
        yield (
            f"  blanks are gone from {_listed(release.emptied)}: "
            "their cards stay until a learner uses Tools → Empty Cards"
        )
    for key, numbers in release.ambiguous.items():
        gone = " and ".join(str(number) for number in numbers)
        yield (
            f"  {key}: it is not clear what became of number {gone}, so its cards begin anew; "
            "to carry their history on, write the number (==c1::answer==)"
            if key.endswith(("/cloze", "/quote"))
            else f"  {key}: it is not clear what became of number {gone}, so its card begins anew"
        )


def _listed(keys: Iterable[str]) -> str:
    facts = list(dict.fromkeys(key.split("/")[0] for key in keys))
    return ", ".join(facts[:5]) + (f" and {len(facts) - 5:,} more" if len(facts) > 5 else "")


def _size(size: int) -> str:
    return f"{size / 1000:,.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"


def _exit(problems: list[Diagnostic], strict: bool) -> None:
    if any(strict or problem.is_error for problem in problems):
        raise click.exceptions.Exit(1)

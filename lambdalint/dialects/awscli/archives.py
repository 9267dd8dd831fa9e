"""The commands of a script that copy, install, pack and upload in, the Code behind an archive out."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.awscli.texts import HERE, OPEN
from lambdalint.model import Build, Code, Pattern, Span, Value
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lambdalint.dialects.awscli.evaluate import Call, Run
    from lambdalint.dialects.awscli.texts import Text
    from lambdalint.model import Project

_PIPS = frozenset(("pip", "pip3", "python", "python3", "uv"))
# Commands that take nothing away from a folder: a script of these alone packs at least what is there now.
_KEEPING = frozenset(
    (
        ":", ".", "[", "[[", "awk", "basename", "break", "cat", "chmod", "command", "cut", "date", "dirname", "echo",
        "exit", "false", "grep", "head", "jq", "ls", "mkdir", "printf", "pwd", "return", "set", "shift", "sleep",
        "sort", "tail", "test", "touch", "tr", "trap", "true", "unset", "wait", "wc", "which",
    )
)  # fmt: skip


class Zip(NamedTuple):
    """One call of zip: where it ran, what it took, what it left out."""

    folder: str | None
    inputs: tuple[Text, ...]
    excludes: tuple[Text, ...]
    span: Span
    flat: bool = False  # -j: without the folders that the inputs are in


class Archives:
    """What a script packs."""

    def __init__(self, project: Project, path: str) -> None:
        self.project = project
        self.zips: dict[str, list[Zip]] = {}  # by the archive's path, or by its text when the path cannot be told
        self.installs: list[tuple[str | None, tuple[str, ...] | None]] = []  # target folder, requirement files
        self.copies: list[tuple[str, str]] = []  # from, to
        self.uploads: dict[str, str] = {}  # address in a bucket -> archive
        # Nothing was run that may take files away; of a workflow's other steps that cannot be told.
        self.followed: bool = not path.endswith((".yml", ".yaml"))
        self.others: dict[str, list[Archives]] = {}  # who else packs what: by the archive's path

    def command(self, name: str, words: list[Text], run: Run) -> None:
        """Note what a command does to files."""
        if name == "zip":
            self._zip(words[1:], run)
        elif name in _PIPS and any(word.text == "install" for word in words[1:4]):
            self._install(words, run)
        elif name in ("cp", "rsync"):
            self._copy([word for word in words[1:] if not word.text.startswith("-")], run)
        elif name == "mv" and len(words) == 3:
            old, new = self._key(words[1], run), self._key(words[2], run)
            if old in self.zips:
                inside = new in self.project.inventory.folders or words[2].text.endswith("/")
                moved = posixpath.normpath(f"{new}/{posixpath.basename(old)}") if inside else new
                self.zips[moved] = self.zips[old]
            else:
                self.followed = False
        elif name == "rm":
            given = [word.text for word in words[1:] if not word.text.startswith("-")]
            self.followed = self.followed and all(one.endswith(".zip") for one in given)
        elif name not in _KEEPING:
            self.followed = False

    def upload(self, call: Call, run: Run) -> None:
        """Note `aws s3 cp archive s3://...` and its like."""
        if call.service == "s3" and call.operation in ("cp", "mv") and len(call.options.get("", ())) == 2:
            local, remote = call.options[""]
            if remote.text.startswith("s3://"):
                address = remote.text + (posixpath.basename(local.text) if remote.text.endswith("/") else "")
                self.uploads[address] = self._key(local, run)

    def _key(self, text: Text, run: Run) -> str:
        found = run.local(text.text)
        return text.text if found is None else found

    def _zip(self, words: list[Text], run: Run) -> None:
        flags = ""
        rest: list[Text] = []
        excludes: list[Text] = []
        target = rest
        for word in words:
            if word.text.startswith("-") and len(word.text) > 1:
                option = word.text
                if option in ("-x", "--exclude") or option.endswith("x"):
                    target = excludes
                elif option in ("-i", "--include"):
                    target = []
                else:
                    target = rest
                    flags += option if not option.startswith("--") else ""
            else:
                target.append(word)
        if not rest:
            return
        self.followed = self.followed and not set("dm") & set(flags)  # deletes from the archive, deletes what it packed
        archive = rest[0]
        made = Zip(run.folder, tuple(rest[1:]), tuple(excludes), words[0].span(), "j" in flags)
        self.zips.setdefault(self._key(_named(archive), run), []).append(made)

    def _install(self, words: list[Text], run: Run) -> None:
        target: str | None = ""
        files: list[str] = []
        named = False
        position = 0
        while position < len(words):
            text = words[position].text
            following = words[position + 1] if position + 1 < len(words) else None
            if text in ("-t", "--target") and following is not None:
                target = run.local(following.text)
                position += 1
            elif text.startswith("--target="):
                target = run.local(text.partition("=")[2])
            elif text in ("-r", "--requirement") and following is not None:
                files.append(run.local(following.text) or "")
                position += 1
            elif position > 1 and not text.startswith("-") and text not in ("install", "pip"):
                named = True
            position += 1
        if target == "":
            return  # installed where the script runs, not into a package
        self.installs.append((target, None if named or "" in files else tuple(files)))

    def _copy(self, words: list[Text], run: Run) -> None:
        if len(words) < 2:
            return
        target = run.local(words[-1].text.rstrip("/") or "/")
        for word in words[:-1]:
            plain = word.text.removesuffix("/*").removesuffix("/.") or "."
            origins = [run.local(one) for one in (run.glob(plain) if "*" in plain else (plain,))]
            self.copies += [(origin, target) for origin in origins if target is not None and origin is not None]

    def code(self, name: Text, run: Run, span: Span) -> Code:
        """The code in the archive that a call uploads (`fileb://` taken off)."""
        key = self._key(name, run)
        return self._code(key, name, span)

    def stored(self, address: str, span: Span) -> Code:
        """The code at an address in a bucket that the script uploaded before."""
        key = self.uploads.get(address)
        if key is None:
            return Code("bucket", Value(None if OPEN in address else address, span), span)
        return self._code(key, None, span)

    def packed(self, key: str, span: Span) -> Code | None:
        """The code in an archive that this script makes, by the archive's path; None when it makes no such archive."""
        return self._code(key, None, span) if self.zips.get(key) else None

    def gathered(self, folder: str, span: Span) -> Code | None:
        """The code in a folder that this script puts together; None when it copies nothing of the tree there."""
        made = Zip(folder, (), (), span)
        taken = self._taken(made) if folder not in self.project.inventory.folders else []
        return self._of(taken, [made], span) if taken else None

    def installed(self, folder: str) -> tuple[str, ...] | None:
        """The requirement files whose packages this script installs into a folder; None when that cannot be told."""
        found: list[str] = []
        for target, requirements in self.installs:
            if target is None or requirements is None:
                return None
            if target == folder or target.startswith(f"{folder}/"):
                found += requirements
        return tuple(dict.fromkeys(found))

    def _code(self, key: str, name: Text | None, span: Span) -> Code:
        zips = [one for one in self.zips.get(key, ()) if one.folder is not None]
        others = self.others.get(key, ()) if not zips else ()
        if len(others) == 1 and others[0] is not self:
            return others[0].packed(key, span) or Code("unknown", span=span)
        if not zips:
            if key in self.project.inventory.files:
                return Code("archive", Value(key, span), span)
            return Code("unknown", Value(None, span, True, name.references if name is not None else ()), span)
        taken = [one for each in zips for one in self._taken(each)]
        return self._of(taken, zips, span)

    def _of(self, taken: list[tuple[str, list[Pattern]]], zips: list[Zip], span: Span) -> Code:
        """Folders and patterns as one Code."""
        build = self._build([each.folder or "" for each in zips])
        main = zips[0].span
        if not taken:
            return Code("unknown", Value(None, span), main, build=build)
        folders = list(dict.fromkeys(folder for folder, _ in taken))
        patterns = [pattern for _, found in taken for pattern in found]
        if len(folders) == 1:
            named = [one.pattern for one in patterns if one.include]
            whole = posixpath.normpath(f"{folders[0]}/{named[0]}" if folders[0] else named[0]) if named else ""
            if len(named) == 1 and whole.endswith(".py") and whole in self.project.inventory.files:
                return Code("file", Value(whole, main), main, build=build)
            first = Pattern("**", False)
            if first in patterns:  # once is enough, and a second would take back what the first zip took
                patterns = [first, *(one for one in patterns if one != first)]
            if self.followed and build.requirements is not None and folders[0] == zips[0].folder:
                build = build._replace(tool="pip" if build.requirements else "copy")
            return Code("directory", Value(folders[0], main), main, None, tuple(patterns), build)
        if patterns:  # parts of several folders: which files ship cannot be said by folders and patterns
            build = Build("script")
        return Code("directory", Value(folders[0], main), main, None, (), build, None, tuple(folders[1:]))

    def _taken(self, one: Zip) -> list[tuple[str, list[Pattern]]]:
        """The folders of the tree whose files a zip takes, with the patterns that say which."""
        assert one.folder is not None
        folders = self.project.inventory.folders
        if one.flat:
            return self._flat(one)
        if not one.folder or one.folder in folders:
            return [(one.folder, self._patterns(one))]
        found: list[tuple[str, list[Pattern]]] = []
        for origin, target in self.copies:  # a folder that the script itself puts together
            if target != one.folder and not target.startswith(f"{one.folder}/"):
                continue
            if origin in folders:
                found.append((origin, []))
            elif origin in self.project.inventory.files:
                folder, _, name = origin.rpartition("/")
                found.append((folder, [Pattern("**", False), Pattern(name, True, one.span)]))
        return found

    def _flat(self, one: Zip) -> list[tuple[str, list[Pattern]]]:
        """The files of a zip without folders: each from its own."""
        found: dict[str, list[Pattern]] = {}
        for text in one.inputs:
            whole = posixpath.normpath(f"{one.folder}/{text.text}" if one.folder else text.text)
            if text.text.startswith(HERE):
                whole = posixpath.normpath(text.text[len(HERE) :])
            if whole in self.project.inventory.files:
                folder, _, name = whole.rpartition("/")
                found.setdefault(folder, [Pattern("**", False)]).append(Pattern(name, True, text.span()))
        return list(found.items())

    def _patterns(self, main: Zip) -> list[Pattern]:
        """What zip takes in and leaves out, as patterns; `*` takes no name that starts with a dot."""
        patterns: list[Pattern] = []
        taken = [one.text.removeprefix("./").rstrip("/") or "." for one in main.inputs]
        if not main.inputs or "." in taken:
            pass
        elif "*" in taken:
            patterns.append(Pattern("/.*", False))
        else:
            patterns.append(Pattern("**", False))
            for one, text in zip(main.inputs, taken, strict=True):
                if OPEN in text or text.startswith(".."):
                    continue
                whole = posixpath.normpath(f"{main.folder}/{text}" if main.folder else text)
                folder = whole in self.project.inventory.folders
                patterns.append(Pattern(f"{text}/**" if folder else text, True, one.span()))
        left_out = [one for one in main.excludes if OPEN not in one.text]
        return patterns + [Pattern(_crossing(one.text), False, one.span()) for one in left_out]

    def _build(self, packed: list[str]) -> Build:
        """What is installed into the folders that are packed."""
        files: list[str] = []
        for target, requirements in self.installs:
            if target is None or requirements is None:
                return Build("script")
            if any(target == one or target.startswith(f"{one}/") or not one for one in packed):
                files += requirements
        folders = self.project.inventory.folders
        copied = {target for _, target in self.copies}
        if not files and any(one and one not in folders and one not in copied for one in packed):
            return Build("script")
        return Build("script", tuple(dict.fromkeys(files)))


def _named(archive: Text) -> Text:
    """zip adds the suffix that a name without one lacks."""
    if "." in posixpath.basename(archive.text):
        return archive
    return archive._replace(text=archive.text + ".zip")


def _crossing(pattern: str) -> str:
    """A pattern of zip, whose star crosses folders, as one that says so."""
    if pattern.endswith("/*"):
        pattern = pattern[:-1] + "**"
    if pattern.startswith("*"):
        pattern = "**/" + pattern.lstrip("*/") if pattern.startswith("*/") else "**/" + pattern
    return pattern

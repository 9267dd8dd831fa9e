"""The GitHub action, the GitLab template and what docs/ci.md shows: against the published schemas, and run."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.integrations.conftest import BIN, ROOT, SLOW, Done, command

if TYPE_CHECKING:
    from collections.abc import Callable

OTHER = "    sqs = boto3.client('sqs')\n    sqs.list_queues()\n"
MORE = SLOW.replace("    return", OTHER + "    return")


def schema(name: str, file: Path) -> None:
    """Hold a file to one of the schemas that check-jsonschema carries."""
    command(sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{name}", file, cwd=ROOT)


@pytest.mark.holds("GitHub action", "the published schema of actions (check-jsonschema)")
def test_the_action_s_schema() -> None:
    schema("github-actions", ROOT / "action.yml")


@pytest.mark.holds("GitLab template", "the published schema of GitLab CI (check-jsonschema)")
def test_the_template_s_schema() -> None:
    schema("gitlab-ci", ROOT / "templates" / "gitlab-ci.yml")


@pytest.mark.holds("docs/ci.md", "the published schemas of workflows, GitLab CI and Azure Pipelines; pre-commit")
def test_what_the_documentation_shows(tmp_path: Path) -> None:
    """Each block of YAML says in its first line which file it is."""
    kinds = {
        ".github/workflows/": "github-workflows",
        ".gitlab-ci.yml": "gitlab-ci",
        "azure-pipelines.yml": "azure-pipelines",
    }
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    seen: set[str] = set()
    for number, block in enumerate(re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)):
        name = block.split("\n", 1)[0].removeprefix("# ").strip()
        file = tmp_path / f"{number}.yml"
        file.write_text(block, encoding="utf-8")
        if name == ".pre-commit-config.yaml":
            command(sys.executable, "-m", "pre_commit", "validate-config", file, cwd=tmp_path)
            seen.add(name)
            continue
        (start,) = [start for start in kinds if name.startswith(start)]
        schema(kinds[start], file)
        seen.add(start)
    assert seen == {*kinds, ".pre-commit-config.yaml"}


# ------------------------------------------------------------------------------------------------- GitHub's action


class Runner:
    """As much of GitHub's runner as a composite action needs: its steps in order, their outputs, the files it gives.

    Actions of others are not run; the install step is left out, the program is put where it would install it.
    """

    def __init__(self, folder: Path, temporary: Path, checkout: Path, event: dict[str, str]) -> None:
        self.folder = folder
        self.checkout = checkout
        self.event = event
        self.action = yaml.safe_load((checkout / "action.yml").read_text())
        self.temporary = temporary
        self.outputs: dict[str, str] = {}
        self.used: list[tuple[str, dict[str, str]]] = []
        self.summary = ""
        self.shown = ""
        (temporary / "lambdalint" / "bin").mkdir(parents=True)
        (temporary / "lambdalint" / "bin" / "lambdalint").symlink_to(BIN / "lambdalint")

    def run(self, **inputs: str) -> int:
        """The exit code of the step that failed, else 0."""
        known = {name: str(given.get("default", "")) for name, given in self.action["inputs"].items()}
        assert {name.replace("_", "-") for name in inputs} <= set(known)
        self.values = {f"inputs.{name}": value for name, value in known.items()}
        self.values |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
        self.values |= {"runner.os": "Linux", "github.sha": "0" * 40}
        self.values |= {f"github.event.{name}": value for name, value in self.event.items()}
        for number, step in enumerate(self.action["runs"]["steps"]):
            if "if" in step and not self.holds(step["if"]):
                continue
            if "uses" in step:
                self.used.append((step["uses"], {key: self.filled(value) for key, value in step["with"].items()}))
            elif step.get("id") != "install":
                done = self.step(number, step)
                self.shown += done.stdout + done.stderr
                if done.returncode:
                    return done.returncode
        return 0

    def step(self, number: int, step: dict[str, Any]) -> Done:
        files = {name: self.temporary / f"{name}-{number}" for name in ("output", "summary")}
        for file in files.values():
            file.touch()
        environment = {name: self.filled(value) for name, value in step.get("env", {}).items()}
        assert "${{" not in step["run"], "an expression in a script lets an input run commands"
        done = command(
            *("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]),
            cwd=self.folder / self.filled(step.get("working-directory", ".")),
            check=False,
            RUNNER_TEMP=str(self.temporary),
            GITHUB_ACTION_PATH=str(self.checkout),
            GITHUB_OUTPUT=str(files["output"]),
            GITHUB_STEP_SUMMARY=str(files["summary"]),
            **environment,
        )
        for line in files["output"].read_text().splitlines():
            name, _, value = line.partition("=")
            self.values[f"steps.{step['id']}.outputs.{name}"] = self.outputs[name] = value
        self.summary += files["summary"].read_text()
        return done

    def filled(self, text: str) -> str:
        """The text with its expressions replaced; `a || b` is the first that is not empty."""
        return re.sub(
            r"\$\{\{ (.*?) \}\}",
            lambda found: next(filter(None, (self.values.get(name, "") for name in found[1].split(" || "))), ""),
            str(text),
        )

    def holds(self, condition: str) -> bool:
        """`a == 'x' || b != ''`."""
        for part in condition.split(" || "):
            name, sign, text = part.split()
            if (self.values.get(name, "") == text.strip("'")) is (sign == "=="):
                return True
        return False


@pytest.fixture
def runner(project: Path, checkout: Path, tmp_path: Path) -> Callable[..., Runner]:
    def make(**event: str) -> Runner:
        return Runner(project, tmp_path / "runner", checkout, {key.replace("__", "."): v for key, v in event.items()})

    return make


@pytest.mark.holds("GitHub action", "bash: its steps, run in order")
def test_the_action_annotates_summarises_and_fails(runner: Callable[..., Runner]) -> None:
    ran = runner()
    assert ran.run() == 1
    assert "::warning file=src/app.py,line=5" in ran.shown
    assert ran.summary.startswith("## lambdalint") and "connection-in-handler" in ran.summary
    sarif = json.loads(Path(ran.outputs["sarif"]).read_text())
    assert [result["ruleId"] for result in sarif["runs"][0]["results"]] == ["connection-in-handler"]
    assert ran.outputs["exit-code"] == "1" and ran.outputs["version"]
    assert [name.partition("@")[0] for name, _ in ran.used] == ["actions/setup-python", "actions/cache"]
    assert ran.used[1][1]["key"] == f"lambdalint-Linux-3.13-{ran.outputs['version']}-" + "0" * 40


def test_the_action_s_inputs(runner: Callable[..., Runner], project: Path) -> None:
    ran = runner()
    assert ran.run(upload_sarif="true", fail_on="error", category="mine") == 0
    uploaded = dict(ran.used)["github/codeql-action/upload-sarif@v3"]
    assert uploaded == {"sarif_file": ran.outputs["sarif"], "category": "mine"}
    assert ran.run(paths="template.yaml\nsrc", arguments="--select dev-dependency --min-severity  error") == 0
    (project / "other").mkdir()
    (project / "other" / "lambdalint.toml").touch()
    assert ran.run(working_directory="other") == 0
    assert ran.run(arguments="--no-such") == 2, "a usage error is told at once"
    assert ran.run(paths="$(touch hacked) `touch hacked`; touch hacked") == 2
    assert not list(project.rglob("hacked"))


@pytest.mark.holds("GitHub action", "bash and git: a shallow clone")
def test_the_action_reports_only_what_is_new(runner: Callable[..., Runner], project: Path, tmp_path: Path) -> None:
    """In a shallow clone, as actions/checkout makes it: the base is fetched."""
    base = command("git", "rev-parse", "HEAD", cwd=project).stdout.strip()
    (project / "src" / "app.py").write_text(MORE)
    command("git", "commit", "-qam", "more", cwd=project)
    command("git", "config", "uploadpack.allowAnySHA1InWant", "true", cwd=project)
    command("git", "clone", "-q", "--depth", "1", project.as_uri(), "clone", cwd=tmp_path)
    ran = runner(pull_request__base__sha=base)
    ran.folder = tmp_path / "clone"
    assert ran.run(new_only="true") == 1
    assert "'sqs'" in ran.shown and "'s3'" not in ran.shown and ran.outputs["base"] == base
    ran.shown = ""
    assert ran.run() == 1 and "'s3'" in ran.shown
    ran = Runner(project, tmp_path / "second", ran.checkout, {"before": "0" * 40})
    assert ran.run(new_only="true") == 1 and "everything is reported" in ran.shown and "'s3'" in ran.shown
    assert ran.run(diff_base="HEAD") == 0


@pytest.mark.holds("GitHub action", "pip")
def test_the_action_installs_itself(checkout: Path, tmp_path: Path) -> None:
    (step,) = [
        step
        for step in yaml.safe_load((checkout / "action.yml").read_text())["runs"]["steps"]
        if step.get("id") == "install"
    ]
    place = {"PYTHON": sys.executable, "RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": str(checkout)}
    command("bash", "-eo", "pipefail", "-c", step["run"], cwd=tmp_path, check=True, **place)
    assert (
        "connection-in-handler" in command(tmp_path / "lambdalint" / "bin" / "lambdalint", "rules", cwd=tmp_path).stdout
    )


# ------------------------------------------------------------------------------------------------ GitLab's template


@pytest.mark.holds("GitLab template", "gitlab-ci-local 4.52.0: the job, run without its image")
@pytest.mark.holds("gitlab", "read back from the job's artifact")
@pytest.mark.holds("junit", "read back from the job's artifact")
def test_the_template_in_a_pipeline(project: Path, checkout: Path, npm: Callable[[str], Path], tmp_path: Path) -> None:
    """gitlab-ci-local resolves the include, and runs the job on this machine instead of in its image."""
    if not shutil.which("rsync"):
        pytest.skip("gitlab-ci-local needs rsync")
    local = npm("gitlab-ci-local@4.52.0") / "node_modules" / ".bin" / "gitlab-ci-local"
    base = command("git", "rev-parse", "HEAD", cwd=project).stdout.strip()
    template = (checkout / "templates" / "gitlab-ci.yml").read_text()
    assert template.count("/tmp/lambdalint") == 3
    template = template.replace("  image: python:3.13\n", "").replace("/tmp/lambdalint", str(tmp_path / "venv"))
    (project / "template.gitlab-ci.yml").write_text(template)
    (project / ".gitlab-ci.yml").write_text("include:\n  - local: template.gitlab-ci.yml\n")
    (project / "src" / "app.py").write_text(MORE)
    command("git", "add", "-A", cwd=project)
    command("git", "commit", "-qm", "more", cwd=project)
    command("git", "remote", "add", "origin", "git@example.com:a/b.git", cwd=project)
    command("git", "config", f"url.{project.as_uri()}.insteadOf", "git@example.com:a/b.git", cwd=project)
    command("git", "config", "uploadpack.allowAnySHA1InWant", "true", cwd=project)

    kept = command(sys.executable, "-m", "pip", "cache", "dir", cwd=tmp_path).stdout.strip()

    def run(**variables: str) -> tuple[Done, list[str], list[str]]:
        given = {"CI_PIPELINE_SOURCE": "merge_request_event", "LAMBDALINT_PACKAGE": str(checkout), **variables}
        given["PIP_CACHE_DIR"] = kept
        options = [part for name, value in given.items() for part in ("--variable", f"{name}={value}")]
        ran = command(local, *options, "lambdalint", cwd=project, check=False, HOME=str(tmp_path / "home"))
        quality = json.loads((project / "gl-code-quality-report.json").read_text())
        cases = ElementTree.parse(project / "lambdalint-junit.xml").getroot().iter("testcase")
        return ran, [row["description"] for row in quality], [str(case.get("name")) for case in cases]

    ran, quality, cases = run()
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "src/app.py:5:10: warning connection-in-handler" in ran.stdout + ran.stderr
    assert len(quality) == len(cases) == 2
    new = {"LAMBDALINT_NEW_ONLY": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    ran, quality, cases = run(**new, LAMBDALINT_ARGUMENTS="--fail-on error")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(quality) == len(cases) == 1 and "'sqs'" in quality[0]

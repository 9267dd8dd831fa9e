"""What a Serverless service ships: folders, patterns in the order they count, requirements, layers, images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdalint.dialects.serverless.packaging import DEFAULT_EXCLUDES
from tests.dialects.project import declared

if TYPE_CHECKING:
    from lambdalint.model import Code, Declaration

HEAD = "service: s\nprovider: {name: aws, runtime: python3.12}\n"


def functions(text: str, files: dict[str, str] | None = None, path: str = "serverless.yml") -> dict[str, Declaration]:
    body = text if "functions:" in text else f"{text}functions:\n  f: {{handler: a.b}}\n"
    return declared("serverless", {path: HEAD + body, **(files or {})})


def own_patterns(code: Code) -> list[tuple[str, bool]]:
    """The patterns that the service writes."""
    return [(one.pattern, one.include) for one in code.patterns if one.span is not None]


def test_everything_in_the_services_folder_ships_and_nothing_is_installed() -> None:
    code = functions("", {"api/requirements.txt": "requests\n"}, "api/serverless.yml")["f"].code
    assert (code.kind, code.path.known) == ("directory", "api")
    assert (code.build.tool, code.build.requirements) == ("serverless", ())
    assert [one.pattern for one in code.patterns] == [*DEFAULT_EXCLUDES, "serverless.yml"]


def test_exclude_counts_first_then_include_then_patterns() -> None:
    text = """\
package:
  patterns: ['!tests/**', 'tests/data/**']
  include: [keep/**]
  exclude: ['./**', '!demo/**']
"""
    assert own_patterns(functions(text)["f"].code) == [
        ("./**", False),
        ("demo/**", True),
        ("keep/**", True),
        ("tests/**", False),
        ("tests/data/**", True),
    ]


def test_patterns_of_a_function_count_only_when_it_is_packed_by_itself() -> None:
    text = """\
package: {patterns: ['!a']}
functions:
  shared: {handler: a.b, package: {patterns: ['!b']}}
  alone: {handler: a.b, package: {individually: true, patterns: ['!b']}}
"""
    found = functions(text)
    assert own_patterns(found["shared"].code) == [("a", False)]
    assert own_patterns(found["alone"].code) == [("a", False), ("b", False)]


def test_artifacts() -> None:
    text = """\
functions:
  local: {handler: a.b, package: {artifact: build/local.zip}}
  remote: {handler: a.b, package: {artifact: 's3://bucket/remote.zip'}}
  unknown: {handler: a.b, package: {artifact: '${env:ZIP}'}}
"""
    found = functions(text, path="svc/serverless.yml")
    assert (found["local"].code.kind, found["local"].code.path.known) == ("archive", "svc/build/local.zip")
    assert found["remote"].code.kind == "bucket"
    assert (found["unknown"].code.kind, found["unknown"].code.path.known) == ("archive", None)


def test_the_requirements_plugin_installs() -> None:
    plugin = "plugins: [serverless-python-requirements]\n"
    listed = {"requirements.txt": "requests\n"}
    build = functions(plugin, listed)["f"].code.build
    assert (build.tool, build.requirements) == ("python-requirements", ("requirements.txt",))
    assert functions(plugin)["f"].code.build.requirements == ()
    named = plugin + "custom: {pythonRequirements: {fileName: deps/prod.txt}}\n"
    assert functions(named, {"deps/prod.txt": ""})["f"].code.build.requirements == ("deps/prod.txt",)
    hidden = plugin + "custom: {pythonRequirements: {fileName: '${env:FILE}'}}\n"
    assert functions(hidden, listed)["f"].code.build.requirements is None
    pipenv = {"Pipfile": "", "Pipfile.lock": "{}", **listed}
    assert functions(plugin, pipenv)["f"].code.build.requirements == ("Pipfile.lock",)
    without = plugin + "custom: {pythonRequirements: {usePipenv: false}}\n"
    assert functions(without, pipenv)["f"].code.build.requirements == ("requirements.txt",)
    poetry = {"pyproject.toml": "[tool.poetry]\nname = 'x'\n", "poetry.lock": ""}
    assert functions(plugin, poetry)["f"].code.build.requirements == ("pyproject.toml", "poetry.lock")


def test_packages_that_the_plugin_leaves_out() -> None:
    text = "plugins: [serverless-python-requirements]\ncustom: {pythonRequirements: {noDeploy: [pytest, boto3]}}\n"
    assert functions(text)["f"].setting("no_deploy").known == ("pytest", "boto3")


def test_requirements_in_a_layer() -> None:
    text = """\
plugins: [serverless-python-requirements]
custom: {pythonRequirements: {layer: true}}
functions:
  f: {handler: a.b, layers: [{Ref: PythonRequirementsLambdaLayer}]}
"""
    found = functions(text, {"requirements.txt": "requests\n"})["f"]
    assert found.code.build.requirements == ()
    assert found.layers[0].code is not None
    assert found.layers[0].code.build.requirements == ("requirements.txt",)


def test_a_module_folder_becomes_the_package_root() -> None:
    text = """\
plugins: [serverless-python-requirements]
package: {individually: true}
functions:
  f: {handler: app.run, module: one, package: {patterns: ['!one/tests/**']}}
"""
    code = functions(text, {"svc/one/requirements.txt": "", "svc/one/app.py": ""}, "svc/serverless.yml")["f"].code
    assert code.path.known == "svc/one"
    assert code.build.requirements == ("svc/one/requirements.txt",)
    assert own_patterns(code) == [("tests/**", False)]


def test_layers_of_the_service_have_code_and_do_not_ship_with_functions() -> None:
    text = """\
layers:
  common-code: {path: layers/common, package: {patterns: ['!**/*.md']}}
functions:
  f:
    handler: a.b
    layers:
      - {Ref: CommonDashcodeLambdaLayer}
      - !Ref CommonDashcodeLambdaLayer
      - arn:aws:lambda:eu-west-1:123456789012:layer:x:1
      - ${env:LAYER}
"""
    found = functions(text)["f"]
    assert ("layers/common/**", False) in [(one.pattern, one.include) for one in found.code.patterns]
    first, second, third, fourth = found.layers
    assert first.code is not None
    assert second.code is not None
    assert (first.code.path.known, second.code.path.known) == ("layers/common", "layers/common")
    assert own_patterns(first.code) == [("**/*.md", False)]
    assert (third.name.known, third.code) == ("arn:aws:lambda:eu-west-1:123456789012:layer:x:1", None)
    assert [one.kind for one in fourth.name.references] == ["environment"]


def test_images() -> None:
    text = """\
service: s
provider:
  name: aws
  ecr:
    images:
      built: {path: ./docker, file: Dockerfile.lambda}
      pulled: {uri: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/x}
functions:
  one: {image: {name: built, command: [app.handler]}}
  two: {image: pulled}
  three: {image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/y}
"""
    found = declared("serverless", {"svc/serverless.yml": text})
    one = found["one"]
    assert (one.code.kind, one.code.path.known, one.code.dockerfile) == (
        "image",
        "svc/docker",
        "svc/docker/Dockerfile.lambda",
    )
    assert one.handler.known == "app.handler"
    assert one.setting("package_type").known == "Image"
    assert not one.runtime.written
    assert (found["two"].code.kind, found["two"].code.path.known) == ("image", None)
    assert (found["three"].code.kind, found["three"].code.path.known) == ("image", None)


def test_serverless_wsgi_names_the_application() -> None:
    text = """\
plugins: [serverless-wsgi]
custom: {wsgi: {app: shop.web.app}}
functions:
  f: {handler: wsgi_handler.handler}
"""
    found = functions(text, {"requirements.txt": "flask\n"})["f"]
    assert found.setting("wsgi_app").known == "shop.web.app"
    assert found.code.build.requirements == ("requirements.txt",)

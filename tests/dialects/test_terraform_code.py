"""Where a Terraform function's code is: archives, objects in buckets, images, and terraform-aws-modules/lambda."""
# ruff: noqa: E501 - a line of the configuration is a line here

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dialects.project import declared

if TYPE_CHECKING:
    from lambdalint.model import Code, Declaration

FUNCTION = 'resource "aws_lambda_function" "f" {{\n  handler = "app.handler"\n  runtime = "python3.12"\n{}\n}}\n'
ARCHIVED = FUNCTION.format("  filename = data.archive_file.z.output_path")


def only(texts: dict[str, str]) -> Declaration:
    found = declared("terraform", texts)
    assert len(found) == 1, sorted(found)
    return next(iter(found.values()))


def code(main: str, *files: str) -> Code:
    """The code of the function in live/main.tf, with these other files there."""
    return only({"live/main.tf": main, **dict.fromkeys(files, "x")}).code


def archive(body: str, name: str = "z") -> str:
    return f'data "archive_file" "{name}" {{\n  type = "zip"\n  output_path = "${{path.module}}/out/{name}.zip"\n{body}\n}}\n'


def test_a_folder_that_is_archived() -> None:
    found = code(
        ARCHIVED + archive('  source_dir = "${path.module}/../src/app"\n  excludes = ["tests/**", "README.md"]'),
        "src/app/app.py",
    )
    assert (found.kind, found.path.known) == ("directory", "src/app")
    assert [(one.pattern, one.include) for one in found.patterns] == [("tests/**", False), ("README.md", False)]
    assert (found.build.tool, found.build.requirements) == ("copy", ())


def test_a_file_that_is_archived() -> None:
    found = code(ARCHIVED + archive('  source_file = "${path.module}/app.py"'), "live/app.py")
    assert (found.kind, found.path.known, found.build.tool) == ("file", "live/app.py", "copy")


def test_several_source_blocks_of_one_folder() -> None:
    block = '  source {{\n    content = file("${{path.module}}/src/{0}")\n    filename = "{0}"\n  }}'
    found = code(
        ARCHIVED + archive(block.format("app.py") + "\n" + block.format("more.py")),
        "live/src/app.py",
        "live/src/more.py",
    )
    assert (found.kind, found.path.known) == ("directory", "live/src")
    assert [(one.pattern, one.include) for one in found.patterns] == [
        ("**", False),
        ("app.py", True),
        ("more.py", True),
    ]


def test_source_blocks_over_a_set_of_files() -> None:
    body = """  dynamic "source" {
    for_each = fileset("${path.module}/src", "**/*.py")
    content {
      content  = file("${path.module}/src/${source.value}")
      filename = source.value
    }
  }"""
    found = code(ARCHIVED + archive(body), "live/src/app.py", "live/src/lib/more.py", "live/src/notes.txt")
    assert (found.kind, found.path.known) == ("directory", "live/src")
    assert sorted(one.pattern for one in found.patterns if one.include) == ["app.py", "lib/more.py"]


def test_code_written_into_the_configuration() -> None:
    text = "def handler(event, context):\n  return 1\n"
    found = code(ARCHIVED + archive(f'  source {{\n    content = <<-EOT\n{text}EOT\n    filename = "app.py"\n  }}'))
    assert (found.kind, found.text) == ("inline", text)


def test_a_renamed_file() -> None:
    body = '  source {\n    content = file("${path.module}/long-name.py")\n    filename = "app.py"\n  }'
    found = code(ARCHIVED + archive(body), "live/long-name.py")
    assert (found.kind, found.path.known) == ("file", "live/long-name.py")


def test_an_archive_that_is_named_by_the_same_path() -> None:
    found = code(
        FUNCTION.format('  filename = "${path.module}/out/z.zip"') + archive('  source_dir = "src"'), "live/src/app.py"
    )
    assert (found.kind, found.path.known) == ("directory", "live/src")


def test_paths_without_path_module_start_at_the_root_module() -> None:
    files = {
        "live/main.tf": 'module "m" {\n  source = "../m"\n}\n',
        "live/src/app.py": "x",
        "m/src/app.py": "x",
        "m/main.tf": ARCHIVED + archive('  source_dir = "src"'),
    }
    assert only(files).code.path.known == "live/src"
    files["m/main.tf"] = ARCHIVED + archive('  source_dir = "${path.module}/src"')
    assert only(files).code.path.known == "m/src"
    files["m/main.tf"] = ARCHIVED + archive('  source_dir = "${path.root}/src"')
    assert only(files).code.path.known == "live/src"


def test_a_script_that_installs_packages_makes_the_contents_unknown_unless_it_names_them_in_a_file() -> None:
    script = """
resource "null_resource" "pip" {
  provisioner "local-exec" {
    command = "pip install requests -t ${path.module}/src"
  }
}
"""
    listed = script.replace("requests", "-r ${path.module}/src/requirements.txt")
    waits = archive('  source_dir = "${path.module}/src"\n  depends_on = [null_resource.pip]')
    plain = archive('  source_dir = "${path.module}/src"')
    other = archive('  source_dir = "${path.module}/other"')
    for text, tool in ((waits, "unknown"), (plain, "unknown"), (other, "copy")):
        found = code(ARCHIVED + text + script, "live/src/app.py", "live/other/app.py")
        assert (found.kind, found.build.tool) == ("directory", tool)
        assert found.build.requirements == (None if tool == "unknown" else ())
        found = code(ARCHIVED + text + listed, "live/src/app.py", "live/other/app.py", "live/src/requirements.txt")
        assert found.build.requirements == (("live/src/requirements.txt",) if tool == "unknown" else ())


def test_an_object_in_a_bucket_that_is_an_archive() -> None:
    main = FUNCTION.format("  s3_bucket = aws_s3_bucket.b.id\n  s3_key = aws_s3_object.o.key") + (
        'resource "aws_s3_object" "o" {\n  bucket = aws_s3_bucket.b.id\n  key = "f.zip"\n'
        "  source = data.archive_file.z.output_path\n}\n"
    )
    found = code(main + archive('  source_dir = "src"'), "live/src/app.py")
    assert (found.kind, found.path.known) == ("directory", "live/src")
    by_key = main.replace("aws_s3_object.o.key", '"f.zip"')
    assert code(by_key + archive('  source_dir = "src"'), "live/src/app.py").path.known == "live/src"


def test_a_key_whose_package_is_told_by_its_hash() -> None:
    main = """
data "archive_file" "z" {
  type        = "zip"
  source_file = "scripts/app.py"
  output_path = "scripts/app.zip"
}
resource "aws_lambda_function" "f" {
  handler          = "app.handler"
  s3_bucket        = "code"
  s3_key           = "app.zip"
  source_code_hash = data.archive_file.z.output_base64sha256
}
"""
    found = code(main, "live/scripts/app.py")
    assert (found.kind, found.path.known) == ("file", "live/scripts/app.py")
    assert found.span is not None and found.span.line == 10


def test_an_object_that_is_already_there() -> None:
    found = code(FUNCTION.format('  s3_bucket = "b"\n  s3_key = "f.zip"'))
    assert (found.kind, found.path.known) == ("bucket", "f.zip")


def test_a_zip_in_the_tree_and_one_that_a_script_makes() -> None:
    main = FUNCTION.format('  filename = "build/app.zip"')
    there = code(main, "live/build/app.zip")
    assert (there.kind, there.path.known, there.roots) == ("archive", "live/build/app.zip", ())
    made = code(main, "live/build/app/app.py")
    assert (made.kind, made.build.tool, made.roots) == ("unknown", "script", ("live/build/app",))
    script = 'resource "null_resource" "z" {\n  provisioner "local-exec" {\n    command = "cd src && zip -r ../build/app.zip ."\n  }\n}\n'
    packed = code(main + script, "live/src/app.py")
    assert (packed.kind, packed.path.known, packed.build.tool) == ("directory", "live/src", "copy")


def test_a_zip_that_is_named_after_its_folder() -> None:
    main = FUNCTION.format('  filename = "${path.module}/../dist/producer-status.zip"')
    found = code(main, "api/producer/status/app.py", "api/consumer/status/app.py")
    assert found.roots == ("api/producer/status",)


IMAGES = [
    ('  image_uri = module.image.image_uri', 'module "image" {\n  source = "terraform-aws-modules/lambda/aws//modules/docker-build"\n  source_path = "${path.module}/ctx"\n  docker_file_path = "Dockerfile.lambda"\n}\n', "live/ctx/Dockerfile.lambda"),
    ("  image_uri = docker_image.i.name", 'resource "docker_image" "i" {\n  name = "n"\n  build {\n    context = "${path.module}/ctx"\n  }\n}\n', "live/ctx/Dockerfile"),
    ('  image_uri = "${aws_ecr_repository.r.repository_url}:1"', 'resource "null_resource" "d" {\n  provisioner "local-exec" {\n    command = "docker build -t x ctx"\n  }\n}\n', "live/ctx/Dockerfile"),
    ('  image_uri = "${aws_ecr_repository.ctx.repository_url}:1"', "", "live/ctx/Dockerfile"),
]  # fmt: skip


@pytest.mark.parametrize(("uri", "extra", "dockerfile"), IMAGES)
def test_images(uri: str, extra: str, dockerfile: str) -> None:
    main = f'resource "aws_lambda_function" "f" {{\n{uri}\n  image_config {{\n    command = ["app.handler"]\n  }}\n}}\n'
    found = only({"live/main.tf": main + extra, "live/ctx/Dockerfile": "FROM scratch", "live/ctx/app.py": ""})
    assert (found.code.kind, found.code.path.known, found.code.dockerfile) == ("image", "live/ctx", dockerfile)
    assert found.handler.known == "app.handler"
    assert (found.setting("package_type").known, found.setting("package_type").written) == ("Image", False)


def test_an_image_from_elsewhere() -> None:
    found = code('resource "aws_lambda_function" "f" {\n  image_uri = var.image\n}\nvariable "image" {}\n')
    assert (found.kind, found.path.known) == ("image", None)


def test_layers() -> None:
    main = FUNCTION.format(
        '  filename = "x.zip"\n  layers = [aws_lambda_layer_version.l.arn, "arn:aws:lambda:eu-west-1:1:layer:x:1", var.l]'
    ) + (
        'resource "aws_lambda_layer_version" "l" {\n  layer_name = "deps"\n  filename = data.archive_file.z.output_path\n}\n'
        'variable "l" {}\n'
    )
    layers = only({"live/main.tf": main + archive('  source_dir = "layer"'), "live/layer/python/a.py": ""}).layers
    assert [layer.name.known for layer in layers] == [None, "arn:aws:lambda:eu-west-1:1:layer:x:1", None]
    assert layers[0].code is not None and layers[0].code.path.known == "live/layer"
    assert layers[1].code is None and layers[2].code is None


# --------------------------------------------------------------------------------------- terraform-aws-modules/lambda

CALL = 'module "fn" {{\n  source = "terraform-aws-modules/lambda/aws"\n  handler = "app.handler"\n  runtime = "python3.12"\n{}\n}}\n'


def test_a_plain_source_path_installs_its_requirements() -> None:
    found = code(CALL.format('  source_path = "${path.module}/src"'), "live/src/app.py", "live/src/requirements.txt")
    assert (found.kind, found.path.known) == ("directory", "live/src")
    assert (found.build.tool, found.build.requirements) == ("terraform-module", ("live/src/requirements.txt",))
    bare = code(CALL.format('  source_path = "src"'), "live/src/app.py")
    assert bare.build.requirements == ()


@pytest.mark.parametrize(
    ("source", "path", "requirements", "roots"),
    [
        ('"src/app.py"', ("file", "live/src/app.py"), (), ()),
        ('{ path = "src" }', ("directory", "live/src"), (), ()),
        ('{ path = "src", pip_requirements = true }', ("directory", "live/src"), ("live/src/requirements.txt",), ()),
        ('[{ path = "src", pip_requirements = "other/reqs.txt" }]', ("directory", "live/src"), ("live/other/reqs.txt",), ()),
        ('["src", "lib"]', ("directory", "live/src"), ("live/src/requirements.txt",), ("live/lib",)),
        ('[{ path = "src", commands = ["make", ":zip"] }]', ("directory", "live/src"), None, ()),
        ('[{ path = "src", pip_requirements = var.unset }]', ("directory", "live/src"), None, ()),
        ('["src/app.py", { pip_requirements = "other/reqs.txt" }]', ("file", "live/src/app.py"), ("live/other/reqs.txt",), ()),
    ],
)  # fmt: skip
def test_forms_of_source_path(source: str, path: tuple[str, str], requirements: object, roots: object) -> None:
    found = code(
        CALL.format(f"  source_path = {source}") + 'variable "unset" {}\n',
        "live/src/app.py", "live/src/requirements.txt", "live/lib/x.py", "live/other/reqs.txt",
    )  # fmt: skip
    assert (found.kind, found.path.known) == path
    assert found.build.requirements == requirements
    assert found.roots == roots


def test_patterns_of_the_module() -> None:
    source = '[{ path = "src", patterns = ["!.*/tests/.*", "app.py"] }, { path = "src", patterns = "!(a|b)+" }]'
    found = code(CALL.format(f"  source_path = {source}"), "live/src/app.py")
    assert [(one.pattern, one.include) for one in found.patterns] == [("**/tests/**", False), ("app.py", True)]


def test_packages_that_the_module_is_given() -> None:
    zipped = code(CALL.format('  create_package = false\n  local_existing_package = "a.zip"'), "live/a.zip")
    assert (zipped.kind, zipped.path.known) == ("archive", "live/a.zip")
    archived = code(
        CALL.format("  local_existing_package = data.archive_file.z.output_path") + archive('  source_dir = "src"'),
        "live/src/app.py",
    )
    assert (archived.kind, archived.path.known) == ("directory", "live/src")
    stored = code(CALL.format('  s3_existing_package = { bucket = "b", key = "k.zip" }'))
    assert (stored.kind, stored.path.known) == ("bucket", "k.zip")


def test_settings_of_the_module() -> None:
    found = only({"main.tf": CALL.format("""  function_name = "n"
  memory_size = 256
  environment_variables = { A = "1" }
  vpc_subnet_ids = ["s"]
  vpc_security_group_ids = ["g"]
  tracing_mode = "Active"
  maximum_retry_attempts = 0
  destination_on_failure = aws_sqs_queue.q.arn
  cloudwatch_logs_retention_in_days = 7
  provisioned_concurrent_executions = 2
  snap_start = true
  create_lambda_function_url = true""")})  # fmt: skip
    assert (found.id, found.name.known, found.memory.known, found.timeout.known) == ("module.fn", "n", 256, 3)
    assert [(one.name, one.value.known) for one in found.environment] == [("A", "1")]
    assert found.setting("vpc").known == {"SubnetIds": ["s"], "SecurityGroupIds": ["g"]}
    written = {name: one.known for name, one in found.settings.items() if one.written and name != "vpc"}
    assert written == {
        "tracing": "Active",
        "async_retries": 0,
        "on_failure": None,
        "log_retention": 7,
        "provisioned_concurrency": 2,
        "snapstart": "PublishedVersions",
    }
    assert found.setting("function_url").known == "NONE"


def test_calls_that_make_no_function() -> None:
    text = CALL.format("  create_function = false") + CALL.replace("fn", "layer").format("  create_layer = true")
    assert declared("terraform", {"main.tf": text}) == {}


def test_a_copy_of_the_module_in_the_repository() -> None:
    variables = "".join(
        f'variable "{name}" {{ default = null }}\n'
        for name in ("source_path", "local_existing_package", "create_function", "allowed_triggers")
    )
    copy = 'resource "aws_lambda_function" "this" {\n  function_name = var.name\n}\n'
    found = declared("terraform", {
        "main.tf": copy + variables,
        "examples/one/main.tf": 'module "fn" {\n  source = "../../"\n  handler = "app.handler"\n  source_path = "../src"\n}\n',
        "examples/src/app.py": "",
    })  # fmt: skip
    assert {key: one.code.path.known for key, one in found.items()} == {"module.fn": "examples/src"}

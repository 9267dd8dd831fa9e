"""Zips and folders that commands and Makefiles of a Terraform project make, traced to their sources."""
# ruff: noqa: E501 - a line of the configuration is a line here

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialects.project import declared
from tests.dialects.terraform_texts import CODE, packed


def test_a_zip_that_a_command_makes_under_a_name_it_takes_from_its_resource() -> None:
    main = """\
resource "terraform_data" "package" {
  input = { filename = "${path.module}/builds/presign.zip" }
  provisioner "local-exec" {
    command = "mkdir -p ${path.module}/builds && rm -f ${self.input.filename} && cd ${path.module} && zip -q -j ${self.input.filename} lambda/presign/lambda_function.py"
  }
}
module "presign" {
  source                 = "terraform-aws-modules/lambda/aws"
  function_name          = "presign"
  handler                = "lambda_function.lambda_handler"
  runtime                = "python3.12"
  create_package         = false
  local_existing_package = terraform_data.package.output.filename
}
"""
    files = {"env/one/main.tf": main, "env/one/lambda/presign/lambda_function.py": CODE}
    assert packed(declared("terraform", files)["module.presign"]) == (
        "file",
        "env/one/lambda/presign/lambda_function.py",
    )


def test_a_folder_that_a_command_puts_together() -> None:
    main = """\
resource "null_resource" "build" {
  for_each = toset(["a", "b"])
  triggers = { always = timestamp() }
  provisioner "local-exec" {
    working_dir = "${path.module}/.."
    command     = <<-EOT
      rm -rf build/${each.key} && mkdir -p build/${each.key}
      cp -r services/${each.key}/src/* build/${each.key}/
      python3 -m pip install -r services/${each.key}/requirements.txt -t build/${each.key}
    EOT
  }
}
data "archive_file" "z" {
  for_each    = toset(["a", "b"])
  type        = "zip"
  source_dir  = "${path.module}/../build/${each.key}"
  output_path = "${path.module}/../build/${each.key}.zip"
  depends_on  = [null_resource.build]
}
resource "aws_lambda_function" "f" {
  for_each      = toset(["a", "b"])
  function_name = each.key
  handler       = "main.handler"
  runtime       = "python3.12"
  filename      = data.archive_file.z[each.key].output_path
}
"""
    files = {"infra/main.tf": main}
    for name in ("a", "b"):
        files |= {f"services/{name}/src/main.py": CODE, f"services/{name}/requirements.txt": "requests\n"}
    for name in ("a", "b"):
        found = declared("terraform", files)[f'aws_lambda_function.f["{name}"]']
        assert packed(found) == ("directory", f"services/{name}/src")
        assert found.code.build.requirements == (f"services/{name}/requirements.txt",)


def test_a_zip_that_a_makefile_makes() -> None:
    files = {
        "tf/main.tf": 'resource "aws_lambda_function" "f" {\n  function_name = "f"\n  handler = "app.main.handler"\n  runtime = "python3.12"\n  filename = "${path.module}/../.build/f.zip"\n}\n',
        "Makefile": "BUILD := .build\n\n$(BUILD)/f.zip: src/app/main.py\n\tmkdir -p $(BUILD)\n\tcd src && zip -r ../$(BUILD)/f.zip app\n",
        "src/app/main.py": CODE,
        "other/app/main.py": CODE,
    }
    found = declared("terraform", files)["aws_lambda_function.f"]
    assert packed(found) == ("directory", "src")
    assert [one.pattern for one in found.code.patterns if one.include] == ["app/**"]


@settings(max_examples=100, deadline=None)
@given(st.text("zip -rjq cd&;|\"'`$(){}<>\\\n/.abself.input*", max_size=60))
def test_no_command_breaks_the_reader(text: str) -> None:
    main = 'resource "null_resource" "z" {\n  provisioner "local-exec" {\n    command = %s\n  }\n}\n%s'
    function = (
        'resource "aws_lambda_function" "f" {\n  function_name = "f"\n  handler = "a.b"\n  filename = "a.zip"\n}\n'
    )
    quoted = json.dumps(text).replace("${", "$${").replace("%{", "%%{")
    files = {"main.tf": main % (quoted, function), "a.py": CODE, "b.sh": f"zip x.zip .\n{text}"}
    assert list(declared("terraform", files)) == ["aws_lambda_function.f"]

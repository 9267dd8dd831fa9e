"""Whole deployments by script, as people write them: what they declare, and which code their archives hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dialects.project import declared

if TYPE_CHECKING:
    from lambdalint.model import Declaration

CODE = "def handler(event, context):\n    return 1\n"


def packed(found: Declaration) -> tuple[str, str | None, tuple[str, ...]]:
    """What a function's package is made of: kind, folder or file, further folders."""
    return found.code.kind, found.code.path.known, found.code.roots


def test_functions_of_the_shell_called_in_a_loop_over_an_array() -> None:
    script = """\
#!/usr/bin/env bash
set -euo pipefail
REGION="${AWS_REGION:-eu-west-1}"
ACCOUNT=$(aws sts get-caller-identity --query Account --output text)
FUNCTIONS=(orders billing)

build() {
  local name=$1
  mkdir -p "build/$name"
  cp -r "functions/$name/." "build/$name/"
  pip install -r "functions/$name/requirements.txt" -t "build/$name" --quiet
  pushd "build/$name" > /dev/null
  zip -qr "../../$name.zip" .
  popd > /dev/null
}

deploy() {
  local name="$1"
  if aws lambda get-function --function-name "shop-$name" >/dev/null 2>&1; then
    aws lambda update-function-code --function-name "shop-$name" --zip-file "fileb://$name.zip"
  else
    aws lambda create-function \\
      --function-name "shop-$name" --runtime python3.12 --handler "$name.handler" \\
      --role "arn:aws:iam::${ACCOUNT}:role/basic" --timeout 30 \\
      --environment "Variables={TABLE=orders,STAGE=$STAGE}" \\
      --zip-file "fileb://$name.zip"
  fi
}

for fn in "${FUNCTIONS[@]}"; do
  build "$fn"
  deploy "$fn"
done

aws lambda create-event-source-mapping --function-name shop-orders \\
  --event-source-arn "arn:aws:sqs:$REGION:$ACCOUNT:orders" --function-response-types ReportBatchItemFailures
aws lambda put-function-event-invoke-config --function-name shop-billing --maximum-retry-attempts 0
aws events put-rule --name nightly --schedule-expression "rate(1 day)"
aws events put-targets --rule nightly --targets "Id=1,Arn=arn:aws:lambda:$REGION:$ACCOUNT:function:shop-billing"
"""
    files = {"shop/deploy.sh": script}
    for name in ("orders", "billing"):
        files |= {
            f"shop/functions/{name}/{name}.py": CODE,
            f"shop/functions/{name}/requirements.txt": "requests\n",
        }
    found = declared("awscli", files)
    assert sorted(found) == ["shop-billing", "shop-orders"]
    orders, billing = found["shop-orders"], found["shop-billing"]
    assert (orders.handler.known, orders.timeout.known) == ("orders.handler", 30)
    assert packed(orders) == ("directory", "shop/functions/orders", ())
    assert orders.code.build.requirements == ("shop/functions/orders/requirements.txt",)
    assert packed(billing) == ("directory", "shop/functions/billing", ())
    assert [one.name for one in orders.environment] == ["TABLE", "STAGE"]
    assert [one.kind for one in orders.triggers] == ["sqs"]
    assert orders.triggers[0].settings["report_batch_item_failures"].known is True
    assert [one.kind for one in billing.triggers] == ["schedule"]
    assert billing.setting("async_retries").known == 0


def test_a_script_that_is_started_at_the_root() -> None:
    script = """\
for fn in alpha beta; do
  cd jobs/$fn
  zip -r ../../$fn.zip . > /dev/null
  cd -
  aws lambda update-function-code --function-name $fn --zip-file fileb://$fn.zip
done
"""
    found = declared("awscli", {"scripts/deploy.sh": script, "jobs/alpha/a.py": CODE, "jobs/beta/b.py": CODE})
    assert {name: packed(one) for name, one in found.items()} == {
        "alpha": ("directory", "jobs/alpha", ()),
        "beta": ("directory", "jobs/beta", ()),
    }


@pytest.mark.parametrize("where", ["scripts/deploy.sh", "deploy.sh"])
def test_a_script_beside_its_code_or_above(where: str) -> None:
    folder = where.rpartition("/")[0]
    script = (
        "zip -r f.zip src\naws lambda create-function --function-name f --zip-file fileb://f.zip --handler src.a.b\n"
    )
    found = declared("awscli", {where: script, "src/a.py": CODE})["f"]
    assert packed(found) == ("directory", "", ())
    beside = f"{folder}/src/a.py" if folder else "src/a.py"
    assert packed(declared("awscli", {where: script, beside: CODE})["f"]) == ("directory", folder, ())


def test_a_makefile_that_copies_installs_and_zips() -> None:
    makefile = """\
NAME ?= thumbnail
ENV_FILE = env.json
SRC = src

package: clean
\tmkdir -p dist
\tpip install -r requirements.txt -t dist/
\tcp $(SRC)/*.py dist/
\tcd dist && zip -r ../$(NAME).zip . -x "*.pyc"

deploy: package
\taws lambda update-function-code \\
\t\t--function-name $(NAME) \\
\t\t--zip-file fileb://$(NAME).zip
\taws lambda update-function-configuration --function-name $(NAME) \\
\t\t--environment file://$(ENV_FILE) --handler main.handler --runtime python3.11 --timeout 60
"""
    files = {
        "Makefile": makefile,
        "env.json": '{"Variables": {"BUCKET": "thumbs"}}',
        "src/main.py": CODE,
        "src/other.py": CODE,
        "src/notes.txt": "",
        "requirements.txt": "pillow\n",
    }
    found = declared("awscli", files)["thumbnail"]
    assert packed(found) == ("directory", "src", ())
    assert [one.pattern for one in found.code.patterns if one.include] == ["main.py", "other.py"]
    assert found.code.build.requirements == ("requirements.txt",)
    assert (found.handler.known, found.timeout.known, found.runtime.known) == ("main.handler", 60, "python3.11")
    assert [(one.name, one.value.known, one.span.path) for one in found.environment] == [
        ("BUCKET", "thumbs", "env.json")
    ]


def test_an_archive_that_another_script_makes() -> None:
    files = {
        "create.sh": "aws lambda create-function --cli-input-json file://f.json --zip-file fileb://out/pkg.zip\n",
        "f.json": '{"FunctionName": "five", "Runtime": "python3.12", "Handler": "app.main", "Timeout": 12}',
        "package.sh": "cd code && zip -r ../out/pkg.zip . && cd -\n",
        "code/app.py": CODE,
    }
    assert packed(declared("awscli", files)["five"]) == ("directory", "code", ())
    twice = {**files, "other.sh": "zip -j out/pkg.zip tools/x.py\n", "tools/x.py": CODE}
    assert declared("awscli", twice)["five"].code.kind == "unknown"  # which of the two it is nobody can tell


def test_files_packed_without_their_folders() -> None:
    files = {
        "d.sh": "zip -j f.zip lib/a.py lib/b.py\n"
        "aws lambda create-function --function-name f --handler a.handler --zip-file fileb://f.zip\n",
        "lib/a.py": CODE,
        "lib/b.py": "",
        "lib/c.py": "",
    }
    found = declared("awscli", files)["f"]
    assert packed(found) == ("directory", "lib", ())
    assert [one.pattern for one in found.code.patterns if one.include] == ["a.py", "b.py"]


def test_steps_of_a_workflow_and_of_a_pipeline() -> None:
    workflow = """\
on: push
env:
  FUNCTION: notifier
jobs:
  deploy:
    defaults:
      run:
        working-directory: three
    steps:
      - name: package
        run: |
          pip install --target ./package -r requirements.txt
          cd package
          zip -r ../function.zip .
          cd ..
          zip function.zip handler.py
      - run: >-
          aws lambda update-function-code
          --function-name ${{ env.FUNCTION }}
          --zip-file fileb://function.zip
      - run: |
          aws lambda update-function-configuration --function-name $FUNCTION --handler handler.main \\
            --runtime python3.13 --environment "Variables={TOKEN=${{ secrets.SLACK_TOKEN }},MODE=x}"
"""
    pipeline = """\
variables:
  FN: cleaner
deploy:
  variables:
    TIMEOUT: "45"
  script:
    - cd four/app
    - zip -r ../$FN.zip *
    - cd ..
    - aws lambda create-function --function-name $FN --zip-file fileb://$FN.zip --handler c.run --timeout $TIMEOUT
"""
    files = {
        ".github/workflows/deploy.yml": workflow,
        "three/handler.py": CODE,
        "three/requirements.txt": "requests\n",
        "four/.gitlab-ci.yml": pipeline,
        "four/app/c.py": CODE,
    }
    found = declared("awscli", files)
    notifier = found["notifier"]
    assert packed(notifier) == ("file", "three/handler.py", ())
    assert notifier.code.build.requirements == ("three/requirements.txt",)
    assert [one.kind for one in notifier.environment[0].value.references] == ["secret-value"]
    assert packed(found["cleaner"]) == ("directory", "four/app", ())
    assert found["cleaner"].timeout.known == 45

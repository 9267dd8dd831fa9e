"""Cloud assemblies and Jest snapshots of the CDK: functions, the code behind their assets, their constructs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.dialects.project import declared

if TYPE_CHECKING:
    from lambdalint.model import Declaration

HASH = "a" * 64
IMAGE = "b" * 64


def function(asset: str | None = f"asset.{HASH}", **more: Any) -> dict[str, Any]:
    """A synthesised function as `cdk synth` writes it."""
    metadata: dict[str, Any] = {"aws:cdk:path": "Stack/Orders/Resource"}
    if asset:
        metadata |= {"aws:asset:path": asset, "aws:asset:is-bundled": False, "aws:asset:property": "Code"}
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": {
                "S3Bucket": {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"},
                "S3Key": f"{HASH}.zip",
            },
            "Handler": "app.handler",
            "Runtime": "python3.12",
            "Role": {"Fn::GetAtt": ["OrdersServiceRole", "Arn"]},
            **more,
        },
        "Metadata": metadata,
    }


def assembly(resources: dict[str, Any], folder: str = "cdk.out", **more: Any) -> dict[str, str]:
    return {
        f"{folder}/cdk.out": '{"version":"36.0.0"}',
        f"{folder}/manifest.json": "{}",
        f"{folder}/Stack.template.json": json.dumps({"Resources": resources, **more}, indent=1),
        "cdk.json": '{"app": "python3 app.py"}',
    }


def load(files: dict[str, str]) -> dict[str, Declaration]:
    return declared("cdk_out", files)


def test_an_asset_that_is_a_copy_leads_to_its_source() -> None:
    copied = {"app.py": "x = 1\n", "lib/util.py": "y = 2\n"}
    files = assembly({"OrdersABC": function()})
    files |= {f"cdk.out/asset.{HASH}/{name}": text for name, text in copied.items()}
    files |= {f"src/orders/{name}": text for name, text in copied.items()}
    files |= {"src/other/app.py": "x = 1\n"}
    made = load(files)["OrdersABC"]
    assert (made.dialect, made.build_of) == ("cdk", "cdk.json")
    assert (made.code.kind, made.code.path.known, made.code.build.tool) == ("directory", "src/orders", "copy")
    assert made.settings["construct_path"].known == ("Stack/Orders",)
    assert (made.handler.known, made.runtime.known, made.memory.known) == ("app.handler", "python3.12", 128)
    assert made.handler.span is not None and made.handler.span.path == "cdk.out/Stack.template.json"


@pytest.mark.parametrize("changed", ["src/orders/lib/util.py", None])
def test_a_bundled_or_ambiguous_asset_is_taken_as_it_ships(changed: str | None) -> None:
    files = assembly({"F": function()})
    copied = {"app.py": "x = 1\n", "lib/util.py": "y = 2\n"}
    files |= {f"cdk.out/asset.{HASH}/{name}": text for name, text in copied.items()}
    files |= {f"src/orders/{name}": text for name, text in copied.items()}
    if changed:
        files[changed] += "# longer"
    else:
        files |= {f"src/twin/{name}": text for name, text in copied.items()}
    assert load(files)["F"].code.path.known == f"cdk.out/asset.{HASH}"


def test_without_asset_metadata_the_manifest_tells() -> None:
    image = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "PackageType": "Image",
            "Code": {
                "ImageUri": {"Fn::Sub": f"${{AWS::AccountId}}.dkr.ecr.${{AWS::Region}}.amazonaws.com/assets:{IMAGE}"}
            },
        },
    }
    files = assembly({"F": function(asset=None), "I": image})
    files["cdk.out/Stack.assets.json"] = json.dumps(
        {
            "files": {HASH: {"source": {"path": f"asset.{HASH}", "packaging": "zip"}}},
            "dockerImages": {IMAGE: {"source": {"directory": f"asset.{IMAGE}", "dockerFile": "Dockerfile.x"}}},
        }
    )
    files |= {f"cdk.out/asset.{HASH}/app.py": "", f"cdk.out/asset.{IMAGE}/Dockerfile.x": "FROM x\n"}
    files |= {"image/Dockerfile.x": "FROM x\n"}
    found = load(files)
    assert found["F"].code.path.known == f"cdk.out/asset.{HASH}"
    code = found["I"].code
    assert (code.kind, code.path.known, code.dockerfile) == ("image", "image", "image/Dockerfile.x")


def test_nested_assemblies_and_nested_stacks() -> None:
    files = assembly({"F": function()})
    files |= assembly({"G": function(MemorySize=512)}, "cdk.out/assembly-Prod")
    parent = {
        "Nested": {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": {"Fn::Sub": "https://s3/x"}, "Parameters": {"Memory": 640}},
            "Metadata": {"aws:asset:path": "StackNested.nested.template.json"},
        }
    }
    files |= assembly(parent, "cdk.out/assembly-Other")
    child = {"Parameters": {"Memory": {"Type": "Number"}}, "Resources": {"H": function(MemorySize={"Ref": "Memory"})}}
    files["cdk.out/assembly-Other/StackNested.nested.template.json"] = json.dumps(child)
    found = load(files)
    assert {name: made.memory.known for name, made in found.items()} == {"F": 128, "G": 512, "H": 640}


def test_functions_of_the_cdk_itself_are_left_out() -> None:
    own = [
        "AWS679f53fac002430cb0da5b7982bd22872D164C4C",
        "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A",
        "BucketNotificationsHandler050a0587b7544547bf325f094a3db8347ECC3691",
        "CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C81C01536",
        "CustomS3AutoDeleteObjectsCustomResourceProviderHandler9D90184F",
        "ProviderframeworkonEvent0A1B2C3D",
    ]
    resources: dict[str, Any] = {name: function() for name in own}
    resources["Mine"] = function()
    resources["ProviderframeworkonEvent0A1B2C3D"]["Properties"]["Environment"] = {
        "Variables": {"USER_ON_EVENT_FUNCTION_ARN": {"Fn::GetAtt": ["Mine", "Arn"]}}
    }
    resources["SingletonLambda84c0de93353f4217"] = function()
    found = load(assembly(resources))
    assert sorted(found) == ["Mine", "SingletonLambda84c0de93353f4217"]
    assert [(trigger.kind, trigger.delivery) for trigger in found["Mine"].triggers] == [("cloudformation", "async")]


def test_bucket_notifications_of_the_cdk() -> None:
    resources = {
        "F": function(),
        "BucketNotifications8F2E257D": {
            "Type": "Custom::S3BucketNotifications",
            "Properties": {
                "ServiceToken": {"Fn::GetAtt": ["BucketNotificationsHandler050a0587b7544547bf325f094a3db834", "Arn"]},
                "BucketName": {"Ref": "Bucket"},
                "NotificationConfiguration": {
                    "LambdaFunctionConfigurations": [
                        {"Events": ["s3:ObjectCreated:*"], "LambdaFunctionArn": {"Fn::GetAtt": ["F", "Arn"]}}
                    ]
                },
            },
        },
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Permission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {"FunctionName": {"Fn::GetAtt": ["F", "Arn"]}, "Principal": "s3.amazonaws.com"},
        },
    }
    (trigger,) = load(assembly(resources))["F"].triggers
    assert (trigger.kind, trigger.delivery, trigger.source.known) == ("s3", "async", "Bucket")


SNAPSHOT = """exports[`dev 1`] = `
{
  "Resources": {
    "F": {
      "Properties": {
        "Code": {
          "ZipFile": "def handler(event, context):
  return 1
",
        },
        "Handler": "index.handler",
        "MemorySize": 256,
      },
      "Type": "AWS::Lambda::Function",
    },
  },
}
`;

exports[`prod 1`] = `
{
  "Resources": {
    "F": {
      "Properties": {
        "MemorySize": 512,
      },
      "Type": "AWS::Lambda::Function",
    },
  },
}
`;
"""


def test_snapshots_of_a_stack_are_one_stack() -> None:
    found = load({"cdk/test/__snapshots__/stack.test.ts.snap": SNAPSHOT, "cdk/cdk.json": "{}", "cdk.json": "{}"})
    made = found["F"]
    assert list(found) == ["F"]
    assert (made.memory.known, made.build_of) == (256, "cdk/cdk.json")
    assert (made.code.kind, made.code.text) == ("inline", "def handler(event, context):\n  return 1\n")
    assert made.code.lines == ((7, 23), (8, 1), (9, 1))


def test_other_json_declares_nothing() -> None:
    assert load({"cdk.out/Stack.template.json": json.dumps({"Resources": {"F": function()}})}) == {}
    assert load({"x.snap": 'exports[`x 1`] = `\n{\n  "Type": "AWS::Lambda::Function",\n}\n`;\n'}) == {}


def test_manifests_tell_constructs_nested_templates_and_layers() -> None:
    nested, layer = "c" * 64, "d" * 64
    parent = {
        "F": function(asset=None, Layers=[{"Ref": "L"}]),
        "L": {
            "Type": "AWS::Lambda::LayerVersion",
            "Properties": {"Content": {"S3Bucket": "b", "S3Key": f"{layer}.zip"}},
        },
        "N": {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {
                "TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, f"/{nested}.json"]]},
                "Parameters": {"Queue": {"Fn::GetAtt": ["Q", "Arn"]}},
            },
        },
        "Q": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 55}},
    }
    child = {
        "Parameters": {"Queue": {"Type": "String"}},
        "Resources": {
            "G": function(asset=None),
            "M": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {"FunctionName": {"Ref": "G"}, "EventSourceArn": {"Ref": "Queue"}},
            },
        },
    }
    for resource in (parent["F"], child["Resources"]["G"]):
        del resource["Metadata"]
    files = assembly(parent)
    files["cdk.out/StackN.nested.template.json"] = json.dumps(child)
    files["cdk.out/manifest.json"] = json.dumps(
        {
            "artifacts": {
                "Stack": {
                    "type": "aws:cloudformation:stack",
                    "properties": {"templateFile": "Stack.template.json"},
                    "additionalMetadataFile": "Stack.metadata.json",
                },
                "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
            }
        }
    )
    files["cdk.out/Stack.metadata.json"] = json.dumps(
        {
            "/Stack/Orders/Resource": [{"type": "aws:cdk:logicalId", "data": "F"}],
            "/Stack/Nested/Inner/Resource": [{"type": "aws:cdk:logicalId", "data": "G"}],
        }
    )
    paths = {HASH: f"asset.{HASH}", layer: f"asset.{layer}", nested: "StackN.nested.template.json"}
    files["cdk.out/Stack.assets.json"] = json.dumps(
        {"files": {digest: {"source": {"path": path, "packaging": "zip"}} for digest, path in paths.items()}}
    )
    files |= {f"cdk.out/asset.{HASH}/app.py": "1", f"cdk.out/asset.{layer}/python/shared.py": "12"}
    files |= {"src/app.py": "1", "layer/python/shared.py": "12"}
    found = load(files)
    assert {name: made.settings["construct_path"].known for name, made in found.items()} == {
        "F": ("Stack/Orders",),
        "G": ("Stack/Nested/Inner",),
    }
    assert [made.code.path.known for made in found.values()] == ["src", "src"]
    assert [layer.code and layer.code.path.known for layer in found["F"].layers] == ["layer"]
    (trigger,) = found["G"].triggers
    assert (trigger.kind, trigger.settings["visibility_timeout"].known) == ("sqs", 55)

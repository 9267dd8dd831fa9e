"""What a package weighs, and what is known of the distributions in it."""

from __future__ import annotations

import pytest

from lambdalint.knowledge.packages import modules, purpose, releases, weight
from lambdalint.knowledge.tables import rows
from lambdalint.model import Build, Code, Declaration, Value
from lambdalint.package.sizes import MARGIN, _closure
from tests.test_package import HERE, MB, declared, packed


def test_shared_dependencies_count_once() -> None:
    numpy, pandas, scipy = weight("numpy"), weight("pandas"), weight("scipy")
    assert numpy and pandas and scipy and pandas.total_unzipped and scipy.total_unzipped
    files = {"src/requirements.txt": "numpy\npandas\nscipy\n"}
    package = packed(files, declared())
    assert package.unzipped is not None
    most = numpy.unzipped + pandas.total_unzipped + scipy.total_unzipped
    assert most - 2 * numpy.unzipped <= package.unzipped - len(files["src/requirements.txt"]) < most - numpy.unzipped
    alone = packed({"src/requirements.txt": "pandas\n"}, declared())
    assert alone.unzipped == pandas.total_unzipped + len("pandas\n")


def priced(line: str, declaration: Declaration | None = None) -> dict[str, int]:
    return dict(packed({"src/requirements.txt": line}, declaration or declared()).parts)


def test_another_release_weighs_at_least_what_its_measured_neighbours_do() -> None:
    tensorflow, older = weight("tensorflow"), releases("tensorflow")
    assert tensorflow is not None and len(older) > 2
    for line in ("tensorflow", "tensorflow>=2.1", f"tensorflow=={tensorflow.version}"):
        assert priced(line)["tensorflow"] == tensorflow.unzipped
    first, second = older[:2]
    measured = ".".join(map(str, first.version))
    assert priced(f"tensorflow=={measured}")["tensorflow"] == first.unzipped
    between = priced(f"tensorflow=={measured}.1")["tensorflow"]
    assert between == int(min(first.unzipped, second.unzipped) * MARGIN)
    least = int(min(tensorflow.unzipped, *(one.unzipped for one in older)) * MARGIN)
    for line in ("tensorflow==1.0", "tensorflow<2.11", "tensorflow~=2.4", "tensorflow==99.0"):
        assert priced(line)["tensorflow"] == least
    assert priced("tensorflow", declared(runtime="python3.9"))["tensorflow"] == least


def test_where_no_older_release_was_measured_half_counts() -> None:
    known = weight("langchain-aws")
    assert known is not None and not releases("langchain-aws")
    assert priced("langchain-aws<2")["langchain-aws"] == known.unzipped // 2


def test_other_builds_count_less() -> None:
    known = weight("tensorflow")
    assert known is not None
    arm = declared()._replace(settings={"architecture": Value("arm64")})
    assert priced("tensorflow", arm)["tensorflow"] == known.unzipped // 4
    slim = declared()._replace(settings={"slim": Value(True)})
    assert priced("tensorflow", slim)["tensorflow"] == known.unzipped // 2
    torch = weight("torch")
    assert torch is not None
    index = "--extra-index-url https://download.pytorch.org/whl/cpu\ntorch\n"
    assert priced(index)["torch"] == torch.unzipped // 4


def test_vendored_distributions_are_not_priced_again() -> None:
    sizes = {"src/numpy/core.so": 5 * MB, "src/numpy.libs/b.so": 2 * MB, "src/numpy-2.0.dist-info/METADATA": 10}
    package = packed({"src/requirements.txt": "numpy\n"}, declared(tool="copy"), sizes)
    assert dict(package.parts)["numpy"] == 7 * MB + 10
    assert package.unzipped == 7 * MB + 10 + len("numpy\n")


def test_what_has_no_price_is_named() -> None:
    package = packed({"src/requirements.txt": "no-such-thing\n./libs/own\nsix\n"}, declared())
    assert package.unpriced == ("no-such-thing", "six", "./libs/own")
    assert package.unzipped == len("no-such-thing\n./libs/own\nsix\n")


def test_zips_count_what_is_compressed_already() -> None:
    sizes = {"src/model.zip": 1000, "src/text.csv": 1000}
    package = packed({}, declared(tool="copy", requirements=()), sizes)
    assert package.zipped == 1100


def test_the_prices_hold_together() -> None:
    """What is said to be among the dependencies never weighs more than all of them were measured to."""
    for name, *_ in rows("package_sizes", 9):
        known = weight(name)
        assert known is not None and known.wheel > 0 and known.unzipped > 0
        brought = [found for found in map(weight, _closure(known)) if found is not None]
        assert len(brought) == len(_closure(known)), name
        if known.total_unzipped is not None and known.total_wheel is not None:
            assert known.unzipped + sum(found.unzipped for found in brought) <= known.total_unzipped * 1.0001, name
            assert known.wheel + sum(found.wheel for found in brought) <= known.total_wheel * 1.0001, name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pytest", ("test", "dev")),
        ("pytest-anything", ("test", "dev")),
        ("mypy-boto3-s3", ("typing", "dev")),
        ("types-requests", ("typing", "dev")),
        ("pandas-stubs", ("typing", "dev")),
        ("uvicorn", ("server", "caution")),
        ("boto3", ("provided_by_runtime", "info")),
        ("mypy-extensions", None),  # typing_inspect imports it
        ("typing-extensions", None),
        ("setuptools", None),
        ("chalice", None),
        ("six", None),
        ("requests", None),
    ],
)
def test_what_packages_are_for(name: str, expected: tuple[str, str] | None) -> None:
    found = purpose(name)
    assert (found and (found.category, found.severity)) == expected


def test_npm_names_have_their_exceptions() -> None:
    plugin, adapter = purpose("serverless-offline", "npm"), purpose("serverless-http", "npm")
    assert plugin is not None and plugin.severity == "dev" and adapter is None


def test_modules_of_distributions() -> None:
    assert modules("python-dotenv") == ("dotenv",)
    assert modules("mypy-boto3-s3") == ("mypy_boto3_s3",)
    assert "mypy_boto3_*" in modules("boto3-stubs")


def test_an_image_is_what_is_installed_into_it() -> None:
    image = Code("image", Value("api"), build=Build("docker", ("api/requirements.txt",)), dockerfile="api/Dockerfile")
    files = {"api/requirements.txt": "numpy\n", "api/app.py": ""}
    package = packed(files, Declaration("F", "terraform", HERE, code=image))
    numpy = weight("numpy")
    assert numpy is not None and package.known and package.unzipped == numpy.unzipped and package.files == ()
    unread = Code("image", Value("api"), build=Build("docker"), dockerfile="api/Dockerfile")
    assert not packed(files, Declaration("F", "terraform", HERE, code=unread)).known

"""insightctl.toml: services, where the file is found, and every mistake with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from insightctl.core.arns import function_ref, group_ref
from insightctl.core.errors import UsageError
from insightctl.core.job import Target
from insightctl.core.services import Service, find_service, read_service

TEXT = """\
[defaults]
since = "1h"

[services.checkout]
functions = ["checkout", "worker:prod"]
log_groups = "/ecs/checkout"
stack = ["one", "two"]
tags = { team = "payments" }
parameter = "/checkout/functions"

[services."the cart"]
functions = "cart"
"""


def test_a_service_with_everything(tmp_path: Path) -> None:
    (tmp_path / "insightctl.toml").write_text(TEXT)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    service = find_service("checkout", below)
    assert service == Service(
        "checkout",
        ("checkout", "worker:prod"),
        ("/ecs/checkout",),
        ("one", "two"),
        (("team", "payments"),),
        ("/checkout/functions",),
        f"{tmp_path}/insightctl.toml:4",
    )
    assert service.asks_aws
    cart = find_service("the cart", tmp_path)
    assert (cart.functions, cart.asks_aws, cart.where) == (("cart",), False, f"{tmp_path}/insightctl.toml:11")
    target = Target(("web",), services=(service, cart))
    assert target.patterns == (
        "/ecs/checkout",
        "/aws/lambda/web",
        *(f"/aws/lambda/{n}" for n in ("checkout", "worker", "cart")),
    )
    assert str(target) == "web, checkout, the cart" and not target.is_empty


def test_a_path_is_a_parameter(tmp_path: Path) -> None:
    assert find_service("/prod/checkout", tmp_path) == Service("/prod/checkout", parameters=("/prod/checkout",))


@pytest.mark.parametrize(
    ("text", "what", "where", "remedy"),
    [
        ("[services.checkot]\nfunctions = ['a']", "there is no service 'checkout'", "f", "did you mean checkot?"),
        ("a = 1", "there is no service 'checkout'", "f", "write [services.NAME]"),
        ("\nservices = 1", "'services' is a table", "f:2", "write [services.NAME]"),
        ("\n[services]\ncheckout = 1", "service 'checkout': it is a table", "f:3", "write [services.NAME]"),
        ("[services.checkout]\nfunction = 'a'", "service 'checkout': unknown key 'function'", "f:2", "'functions'"),
        ("[services.checkout]\nstack = [1]", "service 'checkout': 'stack' is a name", "f:2", "such as stack"),
        ("[services.checkout]\ntags = ['a']", "service 'checkout': 'tags' is a table", "f:2", "such as tags"),
        ("[services.checkout]\n\n[x]\ny = 1", "service 'checkout': it names nothing", "f:1", "keys here"),
        ("\n[services.checkout\n", "not TOML: ", "f:2", "correct the file"),
    ],
)
def test_mistakes(text: str, what: str, where: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_service("checkout", text, "f")
    assert caught.value.what.startswith(what)
    assert caught.value.where == where
    assert remedy in str(caught.value.remedy)


def test_without_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no insightctl\.toml"):
        find_service("checkout", tmp_path)


def test_references() -> None:
    arn = "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:checkout:prod"
    assert function_ref(arn) == ("checkout", "prod", "123456789012", "us-gov-west-1", "aws-us-gov")
    assert function_ref("123456789012:function:checkout") == ("checkout", None, "123456789012", None, None)
    assert (function_ref("a:7").version, function_ref("a:7").alias) == ("7", None)
    assert (function_ref("a:v7").version, function_ref("a:v7").alias) == (None, "v7")
    assert function_ref("a:$LATEST").version == "$LATEST"
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/web"
    assert group_ref(group) == group_ref(f"{group}:*") == ("/ecs/web", "123456789012", "eu-west-1", "aws")
    with pytest.raises(UsageError) as caught:
        function_ref(group)
    assert caught.value.remedy == f"name it with -g: -g {group}"
    with pytest.raises(UsageError, match="not the ARN of a log group"):
        group_ref(arn)

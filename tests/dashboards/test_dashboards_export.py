"""Exports: what each of them makes is the body that `render` makes, whatever stands in it."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import textwrap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from insightctl.core.errors import UsageError
from insightctl.dashboards import Scope, build, find, library_queries, load_text, names
from insightctl.dashboards.export import KINDS, Exported, from_body, from_definition, plain, write

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "dashboards"
REGION, ACCOUNT = "eu-west-1", "123456789012"

HOSTILE = (
    r'''
title = "Checkout"
start = "-PT3H"
[[variable]]
id = "function"
[[row]]
[[row.widget]]
text = """# checkout of {function} in {region}
`tick` ${LABEL} ${PROP('Dim.FunctionName')} ${PROP("Dim.X")} ${ open $${x} %{if} ${!x} $ %{ \\ 'quote' "quote" '''
    + '""\\"'
    + r'''
$ and ${function} emoji 😀 é \u2028 \u007f \b {braces} */ </script> // # ${AWS::Region}"""
[[row.widget]]
metric = ["Errors", ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "checkout", { label = "${LABEL} {function}" }]]
title = "checkout"
[[row.widget]]
metric = ["Duration p99"]
title = "x"
for_each = "function"
[[row.widget]]
alarms = "all"
[[row.widget]]
query = "errors"
[[alarm]]
name = "{function} errors"
metric = "Errors"
threshold = 5
evaluation_periods = 3
datapoints = 2
actions = ["arn:aws:sns:{region}:{account}:pages"]
description = "{function} fails: ${x}"
[[alarm]]
name = "{function} slow"
metric = "Duration p99"
threshold = 1500.5
comparison = ">="
[[alarm]]
name = "{function} fails often"
metric = "ErrorRate"
threshold = 5
missing = "ignore"
[[alarm]]
name = "orders wait"
metric = ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "orders", { stat = "Maximum" }]
threshold = 600
[[alarm]]
name = "all errors"
metric = { sql = "SELECT SUM(Errors) FROM \"AWS/Lambda\"" }
threshold = 50
'''
)


@pytest.fixture(scope="module")
def hostile() -> Exported:
    return _exported(HOSTILE, "checkout")


def _exported(source: str, *functions: str, name: str = "shop") -> Exported:
    return from_definition(load_text(source, name=name, file=f"{name}.toml"), functions, library_queries)


def _body(source: str, *functions: str, region: str = REGION) -> dict[str, Any]:
    dashboard = load_text(source, name="shop", file="shop.toml")
    body: dict[str, Any] = json.loads(build(dashboard, Scope(functions, region, account=ACCOUNT), library_queries).text)
    return body


# --- what evaluates each kind of code, with the region and account of a deployment --------------------------------


def _loaded(template: str) -> dict[str, Any]:
    """A template in YAML, its short tags written out."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!Sub", lambda _, node: {"Fn::Sub": node.value})
    Loader.add_constructor("!Ref", lambda _, node: {"Ref": node.value})
    return yaml.load(template, Loader)  # type: ignore[no-any-return]


def _substituted(value: Any, known: dict[str, str]) -> Any:
    """What CloudFormation makes of Fn::Sub and Ref ("Fn::Sub", user guide)."""
    if isinstance(value, dict):
        if set(value) == {"Ref"}:
            return known[value["Ref"]]
        if set(value) == {"Fn::Sub"}:
            return re.sub(r"\$\{(!?)([^}]*)\}", lambda m: f"${{{m[2]}}}" if m[1] else known[m[2]], value["Fn::Sub"])
        return {key: _substituted(item, known) for key, item in value.items()}
    return [_substituted(item, known) for item in value] if isinstance(value, list) else value


def _cloudformation(template: dict[str, Any], **given: str) -> dict[str, Any]:
    known = {name: given.get(name, each["Default"]) for name, each in template["Parameters"].items()}
    known |= {"AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws"}
    resources: dict[str, Any] = _substituted(template["Resources"], known)
    return resources


def _cdk_python(code: str) -> dict[str, Any]:
    """The body of the construct, evaluated with a stack that knows region and account."""
    tree = ast.parse(code)
    init = next(each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))
    known: dict[str, Any] = {"stack": SimpleNamespace(region=REGION, account=ACCOUNT, partition="aws")}
    for argument, default in zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True):
        assert default is not None
        known[argument.arg] = ast.literal_eval(default)
    assigned = next(
        each for each in init.body if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "body"
    )
    return eval(compile(ast.Expression(assigned.value), "body", "eval"), known)  # type: ignore[no-any-return]


def _cdk_typescript(code: str) -> dict[str, Any]:
    """The same in node: the statements of the constructor up to the body are JavaScript."""
    start, end = code.index("    const dashboardName"), code.index("    new cloudwatch.CfnDashboard")
    stack = json.dumps({"region": REGION, "account": ACCOUNT, "partition": "aws"})
    script = f"const props = {{}}; const stack = {stack};\n{code[start:end]}\nconsole.log(JSON.stringify(body));"
    ran = subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=60, check=True)
    return json.loads(ran.stdout)  # type: ignore[no-any-return]


def _terraform(code: str, folder: Path) -> dict[str, Any]:
    """The body as terraform makes it, in a module that needs no provider."""
    start, end = code.index("jsonencode("), _end_of(code, 'resource "aws_cloudwatch_dashboard"')
    variables = code[code.index('variable "dashboard_name"') : min(_found(code, "data ", "resource "))]
    body = code[start : end - 2].rstrip()
    local = f'locals {{\n  region = "{REGION}"\n  account = "{ACCOUNT}"\n  partition = "aws"\n}}'
    (folder / "main.tf").write_text(f'{variables}\n{local}\noutput "body" {{\n  value = {body}\n}}\n')
    for words in (("apply", "-auto-approve", "-no-color"), ("output", "-raw", "body")):
        ran = subprocess.run(["terraform", *words], cwd=folder, capture_output=True, text=True, timeout=120)
        assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)  # type: ignore[no-any-return]


def _found(code: str, *words: str) -> list[int]:
    return [code.index(f"\n{word}") for word in words if f"\n{word}" in code]


def _end_of(code: str, head: str) -> int:
    return code.index("\n}\n", code.index(head)) + 2


needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")


# --- the body is the rendered one -------------------------------------------------------------------------------


def test_gaps_give_back_the_rendered_body(hostile: Exported) -> None:
    assert plain(hostile.body) == _body(HOSTILE, "checkout", region="us-east-1")


@pytest.mark.parametrize("kind", ["cloudformation", "cloudformation-json"])
def test_cloudformation_makes_the_rendered_body(hostile: Exported, kind: str) -> None:
    text = write(hostile, kind).text
    template = json.loads(text) if kind.endswith("json") else _loaded(text)
    resources = _cloudformation(template)
    assert json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]) == _body(HOSTILE, "checkout")
    assert text.isascii()


def test_another_function_takes_its_place_and_words_stay(hostile: Exported) -> None:
    resources = _cloudformation(_loaded(write(hostile, "cloudformation").text), CheckoutFunction="refund")
    made = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"])
    assert made["widgets"] == _body(HOSTILE, "refund")["widgets"]
    assert '"checkout"' in json.dumps(made), "the queue and the title, words that only look like the function"


def test_cdk_python_makes_the_rendered_body(hostile: Exported) -> None:
    assert _cdk_python(write(hostile, "cdk-python").text) == _body(HOSTILE, "checkout")


@needs_node
def test_cdk_typescript_makes_the_rendered_body(hostile: Exported) -> None:
    assert _cdk_typescript(write(hostile, "cdk-typescript").text) == _body(HOSTILE, "checkout")


@needs_terraform
def test_terraform_makes_the_rendered_body_and_is_formatted(hostile: Exported, tmp_path: Path) -> None:
    text = write(hostile, "terraform").text
    assert _terraform(text, tmp_path) == _body(HOSTILE, "checkout")
    ran = subprocess.run(
        ["terraform", "fmt", "-check", "-diff", "-"], input=text, capture_output=True, text=True, timeout=60
    )
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.parametrize("name", names())
def test_shipped_dashboards_in_every_kind(name: str) -> None:
    exported = from_definition(find(name), ("checkout", "cart-api"), library_queries)
    rendered = build(find(name), Scope(("checkout", "cart-api"), REGION, account=ACCOUNT), library_queries)
    template = _loaded(write(exported, "cloudformation").text)
    body = _cloudformation(template)["Dashboard"]["Properties"]["DashboardBody"]
    assert json.loads(body) == json.loads(rendered.text)
    assert _cdk_python(write(exported, "cdk-python").text) == json.loads(rendered.text)
    assert REGION not in write(exported, "terraform").text


# --- alarms -----------------------------------------------------------------------------------------------------


def test_alarms_in_cloudformation(hostile: Exported) -> None:
    resources = _cloudformation(_loaded(write(hostile, "cloudformation").text))
    alarms = {
        each["Properties"]["AlarmName"]: each["Properties"] for each in resources.values() if "Alarm" in each["Type"]
    }
    assert list(alarms) == ["checkout errors", "checkout slow", "checkout fails often", "orders wait", "all errors"]
    assert alarms["checkout errors"] == {
        "AlarmName": "checkout errors",
        "AlarmDescription": "checkout fails: ${x}",
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "Threshold": 5.0,
        "TreatMissingData": "notBreaching",
        "AlarmActions": [f"arn:aws:sns:{REGION}:{ACCOUNT}:pages"],
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": "checkout"}],
        "Period": 300,
        "Statistic": "Sum",
    }
    assert alarms["checkout slow"]["ExtendedStatistic"] == "p99"
    queries = alarms["checkout fails often"]["Metrics"]
    assert [each["ReturnData"] for each in queries] == [False, False, True]
    assert queries[0]["MetricStat"]["Metric"]["Dimensions"] == [{"Name": "FunctionName", "Value": "checkout"}]
    assert alarms["all errors"]["Metrics"][0]["Period"] == 300


def test_alarms_in_the_other_kinds(hostile: Exported) -> None:
    hcl = write(hostile, "terraform").text
    assert hcl.count('resource "aws_cloudwatch_metric_alarm"') == 5
    assert hcl.count("  metric_query {") == 4
    assert '"arn:${local.partition}:sns:${local.region}:${local.account}:pages"' in hcl
    python = write(hostile, "cdk-python").text
    assert python.count("cloudwatch.CfnAlarm(\n") == 5
    assert 'alarm_name=f"{checkout_function} errors"' in python
    assert "metric_stat=cloudwatch.CfnAlarm.MetricStatProperty(" in python
    typescript = write(hostile, "cdk-typescript").text
    assert typescript.count("new cloudwatch.CfnAlarm(this, ") == 5
    assert "alarmName: `${checkoutFunction} errors`" in typescript


@needs_node
def test_the_whole_typescript_is_javascript_but_for_its_types(hostile: Exported, tmp_path: Path) -> None:
    text = write(hostile, "cdk-typescript").text
    bare = re.sub(r"export interface .*?\n\}\n", "", text, flags=re.DOTALL)
    bare = re.sub(r"constructor\(.*\) \{", "constructor(scope, id, props = {}) {", bare)
    file = tmp_path / "made.mjs"
    file.write_text(bare)
    subprocess.run(["node", "--check", str(file)], check=True, capture_output=True, timeout=60)


def test_no_wildcard_outside_of_the_body(hostile: Exported) -> None:
    for kind in KINDS:
        emptied = write(Exported("shop", "shop", {"widgets": []}, hostile.functions, hostile.alarms), kind).text
        assert "*" not in emptied.replace("import * as", "").replace("/**", "").replace("*/", "").replace(
            "100 * ", ""
        ).replace("(self,\n", "").replace("        *,\n", ""), kind


@pytest.mark.parametrize(
    ("alarm", "what"),
    [
        ('metric = "Errors"\nactions = ["arn:aws:sns:eu-west-1:123456789012:*"]', "wildcard"),
        ('metric = ["A/B", "c", { region = "ap-south-1" }]', "its own region only"),
        ("metric = { expression = \"SEARCH('{AWS/Lambda,FunctionName} Errors', 'Sum')\" }", "SEARCH"),
    ],
)
def test_alarms_that_no_template_can_make(alarm: str, what: str) -> None:
    source = f'title = "x"\n[[row]]\n[[row.widget]]\ntext = "x"\n[[alarm]]\nname = "a"\nthreshold = 1\n{alarm}\n'
    with pytest.raises(UsageError, match=re.escape(what)):
        _exported(source, "checkout")


# --- checked by others ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["cloudformation", "cloudformation-json"])
def test_cfn_lint_finds_nothing(hostile: Exported, kind: str) -> None:
    assert _linted(write(hostile, kind).text) == []


def test_cfn_lint_finds_nothing_in_shipped_dashboards() -> None:
    exported = from_definition(find("on-call"), ("checkout", "cart-api"), library_queries)
    assert _linted(write(exported, "cloudformation").text) == []


def _linted(template: str) -> list[str]:
    """Errors and warnings of cfn-lint; what begins with I is advice about metadata."""
    from cfnlint.api import lint_all

    return [str(match) for match in lint_all(template) if not match.rule.id.startswith("I")]


# --- sizes and edges --------------------------------------------------------------------------------------------


def test_a_large_template_is_written_compact_and_its_size_is_said() -> None:
    functions = [f"function-{number}" for number in range(60)]
    written = write(from_definition(find("on-call"), functions, library_queries), "cloudformation")
    assert any("51,200" in note for note in written.notes)
    resources = _cloudformation(_loaded(written.text))
    rendered = build(find("on-call"), Scope(tuple(functions), REGION, account=ACCOUNT), library_queries)
    assert json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]) == json.loads(rendered.text)


def test_more_functions_than_parameters_are_written_out() -> None:
    functions = [f"f{number}" for number in range(199)]
    source = 'title = "x"\n[[row]]\n[[row.widget]]\nmetric = ["Errors"]\n'
    written = write(_exported(source, *functions), "cloudformation")
    assert any("parameters" in note for note in written.notes)
    assert len(_loaded(written.text)["Parameters"]) == 1


def test_a_template_over_one_megabyte_is_refused() -> None:
    source = f'title = "x"\n[[row]]\n[[row.widget]]\ntext = "{"x" * 1_100_000}"\n'
    with pytest.raises(UsageError, match="CloudFormation takes"):
        write(_exported(source), "cloudformation")


def test_names_that_come_out_alike_are_told_apart() -> None:
    source = 'title = "x"\n[[row]]\n[[row.widget]]\nmetric = ["Errors"]\n'
    exported = _exported(source, "cart-api", "cartApi", "cart_api", "9lives", name="1-x")
    template = _loaded(write(exported, "cloudformation").text)
    assert list(template["Parameters"]) == [
        "DashboardName",
        "CartApiFunction",
        "CartApiFunction2",
        "CartApiFunction3",
        "X9LivesFunction",
    ]
    body = _cdk_python(write(exported, "cdk-python").text)
    assert body == _body(source, "cart-api", "cartApi", "cart_api", "9lives")


def test_an_account_in_the_definition_stays() -> None:
    source = 'title = "x"\naccount = "999999999999"\n[[row]]\n[[row.widget]]\nalarms = ["there"]\n'
    text = write(_exported(source), "cloudformation").text
    assert "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:999999999999:alarm:there" in text


def test_an_unknown_kind_names_the_nearest(hostile: Exported) -> None:
    with pytest.raises(UsageError) as caught:
        write(hostile, "teraform")
    assert "terraform" in (caught.value.remedy or "")


# --- bodies -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.json")), ids=lambda file: file.stem)
def test_public_bodies_come_back_from_every_kind(file: Path) -> None:
    body = json.loads(file.read_text())
    exported = from_body(body, "public")
    assert plain(exported.body) == body
    resources = _cloudformation(_loaded(write(exported, "cloudformation").text))
    own = _moved(exported)
    assert json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]) == own
    assert _cdk_python(write(exported, "cdk-python").text) == own


def _moved(exported: Exported) -> object:
    """The body with the gaps filled as the deployment of these tests fills them."""
    from insightctl.dashboards.export.texts import Ref, mapped

    values = {"region": REGION, "account": ACCOUNT, "partition": "aws"}
    return mapped(
        exported.body,
        lambda text: "".join(values.get(p.kind, p.value) if isinstance(p, Ref) else p for p in text.parts),
    )


def test_gaps_of_a_body_are_where_it_says_what_they_are() -> None:
    metrics = [
        ["AWS/Lambda", "Errors", "FunctionName", "checkout", {"label": "checkout", "region": "eu-west-1"}],
        ["AWS/Lambda", "Errors", "FunctionName", "checkout", "Resource", "checkout:live"],
        [{"expression": "SEARCH('{AWS/Lambda,FunctionName} FunctionName=\"checkout\"', 'Sum')"}],
    ]
    body = {
        "widgets": [
            {"type": "metric", "properties": {"region": "eu-west-1", "title": "checkout", "metrics": metrics}},
            {"type": "log", "properties": {"region": "eu-west-1", "query": "SOURCE '/aws/lambda/checkout' | limit 1"}},
            {"type": "alarm", "properties": {"alarms": [f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:checkout"]}},
        ]
    }
    text = json.dumps(_loaded(write(from_body(body, "shop"), "cloudformation").text))
    for made in (
        "SOURCE '/aws/lambda/${CheckoutFunction}' |",
        "${CheckoutFunction}:live",
        'FunctionName=\\\\\\\\\\\\\\"${CheckoutFunction}',
        "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:checkout",
    ):
        assert made.replace("\\", "") in text.replace("\\", ""), made
    assert text.replace("\\", "").count('"checkout"') == 3, "the title, the label and the parameter's default"


def test_a_body_of_several_regions_keeps_them() -> None:
    widgets = [{"type": "metric", "properties": {"region": each, "metrics": []}} for each in ("eu-west-1", "us-east-1")]
    written = write(from_body({"widgets": widgets}, "two"), "terraform")
    assert any("several regions" in note for note in written.notes)
    assert "eu-west-1" in written.text
    assert textwrap.dedent("aws_region") not in written.text

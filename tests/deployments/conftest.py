"""Lambda functions in the emulator, and a CloudTrail that answers LookupEvents from a list."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.cli.conftest import Cli, Done, cli
from tests.emulator.conftest import aws, emulator, fill, logs, no_aws

__all__ = ["Cli", "Done", "aws", "cli", "emulator", "fill", "logs", "no_aws"]

Event = dict[str, Any]


class Trail:
    """What CloudTrail has, 50 events a page as on the service; `denied` refuses every call."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.calls: list[Event] = []
        self.denied = False

    def answer(self, asked: Event) -> tuple[int, Event]:
        """The status and body of a LookupEvents."""
        self.calls.append(asked)
        if self.denied:
            message = "User: arn:aws:iam::1:user/a is not authorized to perform: cloudtrail:LookupEvents"
            return 400, {"__type": "AccessDeniedException", "Message": message}
        (wanted,) = asked.get("LookupAttributes") or [{}]
        key = {"EventName": "EventName", "EventSource": "EventSource"}[wanted["AttributeKey"]]
        found = [
            event
            for event in self.events
            if event[key] == wanted["AttributeValue"]
            and asked.get("StartTime", 0) <= event["EventTime"] <= asked.get("EndTime", 1e12)
        ]
        begin = int(asked.get("NextToken", 0))
        token = {"NextToken": str(begin + 50)} if len(found) > begin + 50 else {}
        return 200, {"Events": found[begin : begin + 50], **token}

    def happened(self, name: str, at: float, asked: Event, answered: Event | None = None, **more: Any) -> None:
        """An event at UTC seconds."""
        detail = {"eventName": name, "requestParameters": asked, "responseElements": answered}
        detail |= {"userIdentity": {"arn": "arn:aws:sts::123456789012:assumed-role/ci/deploy-17"}, **more}
        event = {"EventName": name, "EventSource": "lambda.amazonaws.com", "EventTime": at}
        self.events.append(event | {"EventId": str(len(self.events)), "CloudTrailEvent": json.dumps(detail)})


@pytest.fixture
def cloudtrail(aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trail]:
    """A CloudTrail that boto3 talks to over HTTP."""
    trail = Trail()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = trail.answer(body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDTRAIL", f"http://127.0.0.1:{server.server_port}")
    yield trail
    server.shutdown()
    thread.join()
    server.server_close()


MakeFunction = Callable[[str], Any]


@pytest.fixture
def make_function(aws: str) -> MakeFunction:
    """Makes a Lambda function in the emulator; returns the client."""
    import boto3

    def make(name: str) -> Any:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("app.py", "def handler(event, context): return 1")
        iam, lambda_ = boto3.client("iam"), boto3.client("lambda")
        try:
            role = iam.create_role(RoleName="fn", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        except iam.exceptions.EntityAlreadyExistsException:
            role = iam.get_role(RoleName="fn")["Role"]["Arn"]
        lambda_.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler="app.handler",
            Code={"ZipFile": packed.getvalue()},
        )
        return lambda_

    return make

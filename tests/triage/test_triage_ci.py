"""The examples of docs/ci.md, as they stand there: the steps of GitHub Actions by bash, the hook of CodeDeploy by boto3."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from insightctl.emulator.server import Emulator

PAGE = Path(__file__).parents[2] / "docs" / "ci.md"
MINUTE = 60_000


def example(language: str) -> str:
    """The first block of a language."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Emulator, dict[str, str]]]:
    """checkout, whose version 42 fails every second request since half an hour; and the environment of a runner."""
    folder = tmp_path_factory.mktemp("runner")
    bin_folder = Path(sys.executable).parent
    with Emulator() as running:
        now = time.time_ns() // 1_000_000 - 2 * MINUTE
        for version, first, last in (("41", 100, 30), ("42", 30, 0)):
            lines: list[tuple[int, str]] = []
            for number in range((first - last) * 6):
                at, request = (
                    now - first * MINUTE + number * 10_000,
                    f"{version}{number:06d}-0000-4000-8000-000000000000",
                )
                lines.append((at, f"START RequestId: {request} Version: {version}\n"))
                if version == "42" and number % 2:
                    lines.append(
                        (at + 5, f"[ERROR] KeyError: 'discount'\nTraceback (most recent call last):\n  {request}\n")
                    )
                lines.append((at + 9, f"END RequestId: {request}\n"))
                report = f"REPORT RequestId: {request}\tDuration: 9.00 ms\tBilled Duration: 9 ms\tMemory Size: 512 MB"
                lines.append((at + 9, f"{report}\tMax Memory Used: 90 MB\t\n"))
            running.put("/aws/lambda/checkout", f"2026/11/26/[{version}]{'ab' * 16}", lines)
        # a mark of the moment at which 42 came, as a pipeline would have left it
        mark = {"insightctl": "deployment", "function": "checkout", "version": "42"}
        at = now - 30 * MINUTE
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at / 1000))
        running.put("/insightctl/deployments", "checkout", [(at, json.dumps(mark | {"at": stamp}))])
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GITHUB_"))}
        yield (
            running,
            clean
            | {
                "PATH": f"{bin_folder}:{os.environ['PATH']}",
                "HOME": str(folder),
                "AWS_ACCESS_KEY_ID": "a",
                "AWS_SECRET_ACCESS_KEY": "b",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ENDPOINT_URL": running.url,
                "VERSION": "42",
            },
        )


def test_the_steps_of_github_actions(where: tuple[Emulator, dict[str, str]], tmp_path: Path) -> None:
    steps: dict[str, dict[str, str]] = {step["name"]: step for step in yaml.safe_load(example("yaml"))}
    assert list(steps) == ["deploy", "mark", "canary", "roll back", "report"]
    assert steps["roll back"]["if"] == "failure() && steps.canary.outputs.code == '10'"
    output, summary = tmp_path / "output", tmp_path / "summary"
    environment = where[1] | {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}

    def run(name: str) -> int:
        # as GitHub runs a step on Linux; waiting for traffic is left out
        text = steps[name]["run"].replace("sleep 600", "sleep 0")
        done = subprocess.run(["bash", "-e", "-c", text], cwd=tmp_path, env=environment, timeout=120, check=False)
        return done.returncode

    assert run("canary") == 10
    assert output.read_text("utf-8") == "code=10\n"
    assert run("report") == 0
    assert summary.read_text("utf-8").startswith("**CRITICAL**: checkout version 42 fails")
    assert run("mark") == 0


def test_the_hook_of_codedeploy(where: tuple[Emulator, dict[str, str]], tmp_path: Path) -> None:
    """moto has no PutLifecycleEventHookExecutionStatus: what boto3 sends is read off the wire."""
    heard: list[tuple[str, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.headers["X-Amz-Target"], json.loads(body)))
            answer = b'{"lifecycleEventHookExecutionId": "h"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    event = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "h-1"}
    (tmp_path / "hook.py").write_text(example("python"), "utf-8")
    try:
        subprocess.run(
            [sys.executable, "-c", f"import hook; hook.handler({event!r}, None)"],
            cwd=tmp_path,
            env=where[1] | {"AWS_ENDPOINT_URL_CODEDEPLOY": f"http://127.0.0.1:{server.server_port}"},
            timeout=120,
            check=True,
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    said = {"deploymentId": "d-1", "lifecycleEventHookExecutionId": "h-1", "status": "Failed"}
    assert heard == [("CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus", said)]

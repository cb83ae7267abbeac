"""The emulator of the session and settings that point at it, as in tests/emulator."""

from __future__ import annotations

from tests.emulator.conftest import aws, emulator, fill, logs, no_aws

__all__ = ["aws", "emulator", "fill", "logs", "no_aws"]

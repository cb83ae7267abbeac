"""What insightctl stands on: identity, permissions, clock, quotas, this machine; each with its remedy."""

from insightctl.cloud.doctor.examine import Question, examine
from insightctl.cloud.doctor.machine import Screen, machine
from insightctl.cloud.doctor.model import Check, State

__all__ = ["Check", "Question", "Screen", "State", "examine", "machine"]

"""Rules over metrics and settings: which limit throttles, what spills over, which events are lost, which stream waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from insightctl.core.time import TimeRange, from_ms
from insightctl.deployments import Alias, Deployment, Weight
from insightctl.triage import Commands, Finding
from insightctl.triage.beside import with_service
from insightctl.triage.findings import findings
from insightctl.triage.model import Skipped
from insightctl.triage.probes import Bucket, Observations
from insightctl.triage.service import (
    Alarm,
    AsyncSettings,
    Configuration,
    EventSource,
    Limits,
    Metric,
    Provisioned,
    ServiceFacts,
    changes_of,
)

MINUTE = 60_000
START = 1_795_392_000_000  # a whole minute
BINS = 120
ONSET = START + 70 * MINUTE
TIME = TimeRange(START, START + BINS * MINUTE)
FUNCTION = "checkout"
STREAM = EventSource("arn:aws:kinesis:eu-west-1:123456789012:stream/orders", "u-1", "Enabled", 100, False, -1)

Values = Sequence[float]


def flat(value: float) -> Values:
    return [value] * BINS


def later(value: float, before: float = 0.0) -> Values:
    """A level since the onset, another before it."""
    return [value if START + minute * MINUTE >= ONSET else before for minute in range(BINS)]


def facts(
    configuration: Configuration | None = None,
    *,
    account: Mapping[str, Values] | None = None,
    deployments: tuple[Deployment, ...] = (),
    **metrics: Values,
) -> ServiceFacts:
    times = tuple(START + minute * MINUTE for minute in range(BINS))
    known = {"Invocations": flat(20), "Errors": flat(0), **metrics}
    told = [Metric(FUNCTION, name, "Sum", times, tuple(values)) for name, values in known.items()]
    told += [Metric(None, name, "Maximum", times, tuple(values)) for name, values in (account or {}).items()]
    return ServiceFacts(
        configurations=(configuration or Configuration(FUNCTION),),
        changes=changes_of(deployments),
        metrics=tuple(told),
        deployments=deployments,
        functions=(FUNCTION,),
    )


def found(service: ServiceFacts) -> tuple[Finding, ...]:
    """What is found when there are metrics only."""
    seen = with_service(Observations(Bucket("1m", MINUTE), TIME), service)
    return findings(seen, Commands(when="--since 3h"))


def only(service: ServiceFacts, code: str) -> Finding:
    matching = [finding for finding in found(service) if finding.code == code]
    assert len(matching) == 1, [finding.code for finding in found(service)]
    return matching[0]


def words_of(finding: Finding) -> str:
    return "\n".join([finding.title, *(e.sentence for e in finding.evidence), *finding.next])


def test_quiet_metrics_say_nothing() -> None:
    assert found(facts(Configuration(FUNCTION, 512, 30, 50), Throttles=flat(0), IteratorAge=flat(900.0))) == ()


def test_a_reserved_concurrency_that_is_used_up() -> None:
    service = facts(
        Configuration(FUNCTION, reserved_concurrency=10), Throttles=later(10), ConcurrentExecutions=later(10, 4)
    )
    finding = only(service, "throttled-by-reserved")

    assert (finding.severity, finding.cause.kind, finding.confidence) == ("critical", "throttle", "high")
    assert finding.started is not None and abs(finding.started - from_ms(ONSET)) <= timedelta(minutes=1)
    # 10 at once for 20 of 30 that were asked for: 15, and a fifth more
    assert finding.next == (
        "raise the limit: aws lambda put-function-concurrency --function-name checkout --reserved-concurrent-executions 18",
    )
    assert "500 throttles" in words_of(finding)


def test_the_limit_that_is_proposed_leaves_a_hundred_to_the_account() -> None:
    service = facts(
        Configuration(FUNCTION, reserved_concurrency=10), Throttles=later(100), ConcurrentExecutions=later(10, 4)
    )
    finding = only(replace(service, limits=Limits(1000, 104)), "throttled-by-reserved")
    assert "--reserved-concurrent-executions 14" in finding.next[0]


def test_who_lowered_the_reserved_concurrency() -> None:
    lowered = Deployment(
        FUNCTION, "", from_ms(ONSET - 20_000), "cloudtrail", "config", what="reserved concurrency 10", by="ops/alice"
    )
    service = facts(Configuration(FUNCTION, reserved_concurrency=10), Throttles=later(10), deployments=(lowered,))
    finding = only(service, "throttled-by-reserved")

    assert (finding.cause.kind, finding.cause.at, finding.started) == ("throttle", lowered.at, lowered.at)
    assert "reserved concurrency 10 (by ops/alice, says CloudTrail)" in words_of(finding)


def test_a_reserved_concurrency_that_may_not_be_asked_is_not_said_to_be_absent() -> None:
    refused = Skipped("reserved-concurrency", "not allowed", "lambda:GetFunctionConcurrency")
    service = replace(facts(Throttles=later(10)), skipped=(refused,))
    lowered = Deployment(FUNCTION, "", from_ms(ONSET), "cloudtrail", "config", what="reserved concurrency 10")
    told = replace(facts(Throttles=later(10), deployments=(lowered,)), skipped=(refused,))

    assert "its reserved concurrency is not known" in words_of(only(service, "throttled"))
    assert "its reserved concurrency is 10" in words_of(only(told, "throttled-by-reserved"))


def test_a_function_that_is_switched_off() -> None:
    finding = only(
        facts(Configuration(FUNCTION, reserved_concurrency=0), Throttles=later(20), Invocations=later(0, 20)),
        "throttled-by-reserved",
    )
    assert finding.next == ("switch it on: aws lambda delete-function-concurrency --function-name checkout",)


def test_the_limit_of_the_account() -> None:
    service = facts(Throttles=later(10), account={"ConcurrentExecutions": later(996, 300)})
    finding = only(replace(service, limits=Limits(1000, 900)), "throttled-by-account")
    assert "--quota-code L-B99A9384 --desired-value 2000" in finding.next[0]


def test_throttles_of_no_known_limit_are_no_certainty() -> None:
    finding = only(facts(Throttles=later(10)), "throttled")
    assert (finding.confidence, finding.cause.kind) == ("low", "throttle")


def test_a_handful_of_throttles_is_no_finding() -> None:
    assert found(facts(Throttles=[0.0] * (BINS - 1) + [4.0])) == ()


def test_provisioned_concurrency_that_spills_over() -> None:
    service = facts(
        Configuration(FUNCTION, provisioned=(Provisioned("live", 5, 5, "READY"),)),
        ProvisionedConcurrencySpilloverInvocations=later(6),
        ConcurrentExecutions=later(11, 4),
    )
    finding = only(service, "provisioned-spillover")
    assert (finding.severity, finding.cause.kind) == ("warning", "cold_start")
    assert finding.next[0].endswith("--qualifier live --provisioned-concurrent-executions 14")


@pytest.mark.parametrize(
    ("configuration", "severity", "lost"),
    [
        (Configuration(FUNCTION), "critical", True),
        (Configuration(FUNCTION, dead_letter="arn:aws:sqs:eu-west-1:1:checkout-dlq"), "warning", False),
        (Configuration(FUNCTION, async_settings=AsyncSettings(0, 60, "arn:aws:sqs:eu-west-1:1:q")), "warning", False),
    ],
)
def test_events_that_are_given_up(configuration: Configuration, severity: str, *, lost: bool) -> None:
    finding = only(facts(configuration, AsyncEventsDropped=later(1)), "events-dropped")
    assert (finding.severity, "and lost" in finding.title, bool(finding.next)) == (severity, lost, lost)
    assert finding.started == from_ms(ONSET)


@pytest.mark.parametrize(
    ("settings", "command"),
    [(None, "put-function-event-invoke-config"), (AsyncSettings(1, 60), "update-function-event-invoke-config")],
)
def test_keeping_events_leaves_the_retries_that_are_set(settings: AsyncSettings | None, command: str) -> None:
    finding = only(
        facts(Configuration(FUNCTION, async_settings=settings), AsyncEventsDropped=later(1)), "events-dropped"
    )
    assert f"aws lambda {command} --function-name checkout --destination-config" in finding.next[0]


def test_a_dead_letter_queue_that_cannot_be_written() -> None:
    finding = only(
        facts(Configuration(FUNCTION, dead_letter="arn:aws:sqs:eu-west-1:1:checkout-dlq"), DeadLetterErrors=later(1)),
        "events-not-kept",
    )
    assert (finding.severity, finding.cause.kind) == ("critical", "downstream")
    assert "checkout-dlq" in words_of(finding)


def test_a_batch_that_fails_again_and_again_holds_up_its_stream() -> None:
    age = [max(800.0, float(START + minute * MINUTE - ONSET)) for minute in range(BINS)]
    service = facts(
        Configuration(FUNCTION, sources=(STREAM,)), IteratorAge=age, Errors=later(1), Invocations=later(2, 20)
    )
    finding = only(service, "stream-stands-still")

    assert (finding.severity, finding.cause.kind) == ("critical", "input")
    assert finding.started is not None and abs(finding.started - from_ms(ONSET)) <= timedelta(minutes=2)
    assert "not bisected, retried until they expire, kept nowhere after that" in words_of(finding)
    assert finding.next[0].startswith(
        "let the bad record go by: aws lambda update-event-source-mapping --uuid u-1 --bisect-batch-on-function-error "
        "--maximum-retry-attempts 3 --destination-config"
    )


def test_a_stream_that_falls_behind_slowly_is_another_thing() -> None:
    age = [800.0 + max(0, minute - 70) * 6_000.0 for minute in range(BINS)]
    finding = only(facts(IteratorAge=age), "stream-falls-behind")
    assert (finding.severity, finding.cause.kind) == ("warning", "unknown")


def test_a_stream_that_catches_up_is_no_finding() -> None:
    age = [800.0 + max(0, 60 - abs(minute - 60)) * 6_000.0 for minute in range(BINS)]
    assert found(facts(IteratorAge=age)) == ()


def test_a_timeout_at_the_usual_duration() -> None:
    finding = only(facts(Configuration(FUNCTION, timeout_s=3), Duration=flat(2_950.0)), "timeout-too-low")
    assert finding.severity == "warning"
    assert finding.next[0].endswith("aws lambda update-function-configuration --function-name checkout --timeout 6")
    assert found(facts(Configuration(FUNCTION, timeout_s=30), Duration=flat(2_950.0))) == ()


def test_metrics_alone_name_the_deployment_before_the_errors() -> None:
    shifted = Deployment(
        FUNCTION, "42", from_ms(ONSET - 15_000), "cloudtrail", "alias", what="alias live → 42", by="ci/7", alias="live"
    )
    service = facts(Errors=later(5), deployments=(shifted,))
    service = replace(service, aliases=(Alias(FUNCTION, "live", (Weight("42", 1.0),)),))
    finding = found(service)[0]

    assert (finding.severity, finding.cause.kind, finding.version) == ("critical", "deployment", "42")
    assert finding.started == shifted.at
    assert "alias live → 42" in words_of(finding) and "by ci/7 (CloudTrail)" in words_of(finding)
    # the logs could not be read: no command reads them
    assert not any(e.query.startswith("insightctl query") for e in finding.evidence)


def test_metrics_alone_name_the_changed_setting() -> None:
    changed = Deployment(
        FUNCTION, "$LATEST", from_ms(ONSET - 5_000), "cloudtrail", "config", what="timeout 1 s", by="bob"
    )
    finding = found(facts(Errors=later(5), deployments=(changed,)))[0]
    assert (finding.code, finding.cause.kind, finding.cause.at) == ("config-changed", "deployment", changed.at)
    assert "timeout 1 s (by bob, says CloudTrail)" in words_of(finding)
    assert any(
        "update-function-configuration" in step and "update-event-source-mapping" in step for step in finding.next
    )


def test_a_setting_without_a_version_is_not_called_one() -> None:
    changed = Deployment(FUNCTION, "", from_ms(ONSET - 5_000), "cloudtrail", "config", what="event source changed")
    finding = found(facts(Errors=later(5), deployments=(changed,)))[0]
    assert finding.code == "config-changed" and "version" not in finding.title


def test_a_change_long_before_is_not_blamed() -> None:
    changed = Deployment(FUNCTION, "$LATEST", from_ms(START + 5 * MINUTE), "cloudtrail", "config", what="timeout 1 s")
    finding = found(facts(Errors=later(5), deployments=(changed,)))[0]
    assert (finding.cause.kind, finding.cause.at) == ("unknown", None)


def test_an_alarm_stands_beside_the_finding_it_belongs_to_or_alone() -> None:
    alarm = Alarm("checkout-errors", FUNCTION, from_ms(ONSET + 2 * MINUTE), "Threshold Crossed", None, "Errors")
    beside = found(replace(facts(Errors=later(5)), alarms=(alarm,)))
    alone = found(replace(facts(), alarms=(alarm,)))

    assert len(beside) == 1 and "alarm checkout-errors (Errors) went into ALARM" in words_of(beside[0])
    assert [(finding.code, finding.severity) for finding in alone] == [("alarm", "warning")]

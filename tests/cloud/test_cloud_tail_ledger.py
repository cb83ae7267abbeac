"""Each event is shown once, twins as often as they were logged, whoever brings them in whatever order."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from insightctl.cloud.tail.events import TailEvent
from insightctl.cloud.tail.ledger import Ledger


def event(time_ms: int, message: str, event_id: str | None = None, ingested_ms: int = 9) -> TailEvent:
    return TailEvent("/g", "s", time_ms, ingested_ms, message, event_id)


def test_history_and_live_bring_the_same_event() -> None:
    ledger = Ledger()
    assert ledger.fresh("", [event(1, "a", "id1")]) == [event(1, "a", "id1")]
    assert ledger.fresh("live.1", [event(1, "a")]) == []
    assert ledger.fresh("live.1", [event(1, "a")]) == [event(1, "a")], "a second one of the same session is a twin"
    assert ledger.fresh("", [event(1, "a", "id1"), event(1, "a", "id2")]) == [], "which history knows by its id"
    assert ledger.fresh("", [event(1, "a", "id3")]) == [event(1, "a", "id3")]


def test_time_of_ingestion_tells_events_apart() -> None:
    ledger = Ledger()
    assert len(ledger.fresh("live.1", [event(1, "a")])) == 1
    assert len(ledger.fresh("", [event(1, "a", "id1", ingested_ms=10)])) == 1


def test_a_new_session_repeats_nothing() -> None:
    ledger = Ledger()
    ledger.fresh("live.1", [event(1, "a"), event(1, "a")])
    assert ledger.fresh("live.2", [event(1, "a"), event(1, "a")]) == []


def test_what_nobody_reads_again_is_forgotten() -> None:
    ledger = Ledger(most=4)
    ledger.fresh("", [event(n, "a", f"id{n}") for n in range(6)])
    full_before = ledger.is_full
    ledger.forget_before(3)
    assert (full_before, ledger.is_full, len(ledger)) == (True, False, 3)
    assert ledger.fresh("", [event(3, "a", "id3")]) == []
    ledger.shrink()
    assert len(ledger) < 3


_EVENTS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ab")), max_size=14)


@given(_EVENTS, st.data())
def test_whatever_was_seen_by_whom_all_of_it_is_shown_once(logged: list[tuple[int, str]], data: st.DataObject) -> None:
    """FilterLogEvents reads parts again and again and in the end all; sessions give any part of it, once each."""
    events = [event(at, text, f"id{n}") for n, (at, text) in enumerate(logged)]
    ledger = Ledger()
    shown: list[TailEvent] = []
    for round_ in range(data.draw(st.integers(0, 4))):
        some = [e for e in events if data.draw(st.booleans())]
        if data.draw(st.booleans()):
            shown += ledger.fresh("", some)
        else:
            shown += ledger.fresh(f"live.{round_}", [e._replace(event_id=None) for e in some])
    shown += ledger.fresh("", events)
    assert Counter((e.time_ms, e.message) for e in shown) == Counter(logged)

"""A short, seeded form of benchmarks/fuzz_exports.py: mutated files through the real build."""

from benchmarks.fuzz_exports import run_rounds


def test_mutated_exports_stop_no_build_and_lose_no_line() -> None:
    outcome = run_rounds(40, seed=7)
    assert outcome.broken == []
    # The mutations reach every stage: files that are read, that have no known header, and that are damaged.
    assert set(outcome.fates) >= {"read", "unknown_header", "damaged"}

"""Archived versions of real terms, where the data pack is at hand."""

import gzip
import json
import os
from pathlib import Path

import pytest

from monitoring import classify, diff, segment

PACK = Path(os.environ.get("CONDUCTATLAS_DATA", "../shared/data"))
HISTORY = PACK / "histories" / "claude-ai-terms-of-service.jsonl.gz"


@pytest.mark.skipif(not HISTORY.exists(), reason=f"the data pack is not at {PACK}")
def test_the_move_to_an_opt_out_with_exceptions_is_seen():
    rows = [json.loads(line) for line in gzip.decompress(HISTORY.read_bytes()).decode("utf8").splitlines()]
    before, after = (
        next(row["markdown"] for row in rows if row["recorded_at"] > day) for day in ("2025-07-31", "2025-08-15")
    )
    old, new = (classify.provisions(text, segment.clauses(text)) for text in (before, after))
    edits = diff.edits(diff.text(before), diff.text(after))
    (training,) = (d for d in classify.lineage(old, new, edits) if d.provision_type == "model_training_use")
    assert training.after is not None
    assert training.after.stance == "opt_out"
    assert {carveout.key for carveout in training.after.carveouts} == {"feedback", "safety_review"}
    assert (training.fate, training.direction) == (classify.Fate.REVISED, classify.Direction.WORSE)


@pytest.mark.skipif(not HISTORY.exists(), reason=f"the data pack is not at {PACK}")
def test_every_quotation_of_real_terms_is_found_at_its_offsets():
    rows = [json.loads(line) for line in gzip.decompress(HISTORY.read_bytes()).decode("utf8").splitlines()]
    text = rows[-1]["markdown"]
    clauses = segment.clauses(text)
    findings = classify.provisions(text, clauses)
    assert len(findings) > 15
    for finding in findings:
        for passage in finding.passages:
            clause = clauses[passage.clause]
            assert (passage.span.start, passage.span.end) == (clause.start, clause.end)
            assert all(clause.start <= span.start < span.end <= clause.end for span in passage.evidence)

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from monitoring.classify import model, words
from monitoring.classify.plain import plain

KNOWN = sorted({word for name in model.shipped().rows for word in name.lstrip("^").split() if word.isalpha()})
PASSAGES = st.lists(
    st.lists(st.sampled_from(KNOWN[::7]) | st.sampled_from(["we", "you", "30", "2019", "don't", "élan", "—"]), max_size=20)
    .flatmap(lambda some: st.sampled_from([" ".join(some), ", ".join(some) + ".", " ".join(some).title() + "  "])),
    max_size=6,
)  # fmt: skip


@given(PASSAGES)
def test_many_passages_have_the_features_that_each_has_alone(texts):
    read = words.split([plain(text) for text in texts])
    if not read.numbers.size:
        return
    found, counts = model.shipped().vocabulary.found(read)
    parts = np.split(found, np.cumsum(counts)[:-1])
    rows = model.shipped().rows
    alone = [
        Counter(rows[name] for name in words.features(read.passages[i].lower) if name in rows) for i in read.filled
    ]
    assert [Counter(part.tolist()) for part in parts] == alone


@given(PASSAGES)
def test_passages_score_together_as_they_do_alone(texts):
    read = [plain(text) for text in texts]
    together = model.shipped().word_scores(words.split(read))
    for passage, scores in zip(read, together, strict=True):
        assert np.allclose(model.shipped().word_scores(words.split([passage]))[0], scores, atol=1e-4)

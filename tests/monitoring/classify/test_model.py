"""How all words of a passage speak for the types, and what the second step makes of them."""

import numpy as np

from monitoring.classify import model, signs, words
from monitoring.classify.plain import plain


def test_the_rival_of_a_type_is_the_other_type_that_the_words_speak_for_most():
    scores = np.array([[1.0, 3.0, 2.0], [5.0, 5.0, -1.0]], np.float32)
    assert model.rivals(scores).tolist() == [[3.0, 2.0, 3.0], [5.0, 5.0, 5.0]]


def test_a_passage_is_less_sure_to_speak_to_a_type_where_its_words_speak_for_another():
    fitted = model.shipped()
    read = words.split([plain("We may terminate your account at any time.")])
    scores = fitted.word_scores(read)
    rivalled = scores.copy()
    alone = int(scores[0].argmax())
    rivalled[0, alone - 1] = scores[0, alone] + 5
    chances = [fitted.probabilities(read, [{}], some)[0, alone] for some in (scores, rivalled)]
    assert chances[1] < chances[0]


def test_signs_that_could_lift_a_type_over_the_threshold_are_never_left_untried():
    fitted, reader = model.shipped(), signs.reader()
    texts = (
        "(h) “Restricted Country” means any country that does not benefit from an adequacy decision.",
        "We may terminate your account. We do not sell your data, and our liability is limited to the fees you paid.",
        "You must be at least 13 years old. Disputes are settled by arbitration, and class actions are waived.",
    )
    read = words.split([plain(text) for text in texts])
    scores = fitted.word_scores(read)
    everything = fitted.probabilities(read, reader.evidence(read), scores)
    needed = fitted.probabilities(read, reader.evidence(read, fitted.needed(scores, least=0.15)), scores)
    found = everything >= 0.15
    assert found.any()
    assert np.allclose(everything[found], needed[found])

from monitoring.memory import Memory


def test_what_was_made_once_is_remembered():
    memory, asked = Memory[str, int](10), []

    def lengths(keys):
        asked.append(keys)
        return map(len, keys)

    assert memory.recall(["a", "bb", "a"], lengths) == [1, 2, 1]
    assert memory.recall(["bb", "ccc"], lengths) == [2, 3]
    assert asked == [["a", "bb"], ["ccc"]]


def test_the_longest_unasked_is_forgotten_first():
    memory = Memory[str, int](2)
    memory.recall(["a", "b"], lambda keys: map(len, keys))
    memory.recall(["a", "c"], lambda keys: map(len, keys))
    missing = []
    memory.recall(["a", "b", "c"], lambda keys: missing.extend(keys) or map(len, keys))
    assert missing == ["b"]


def test_more_than_it_holds_may_be_asked_at_once():
    assert Memory[int, int](2).recall(range(5), lambda keys: keys) == [0, 1, 2, 3, 4]


def test_forgetting_forgets_everything():
    memory, asked = Memory[str, int](10), []
    for _ in range(2):
        memory.recall(["a"], lambda keys: asked.extend(keys) or map(len, keys))
        memory.forget()
    assert asked == ["a", "a"]

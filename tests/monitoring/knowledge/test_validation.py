from monitoring import knowledge

KEYS = 45, 116


def test_the_taxonomy_the_signs_and_the_library_agree():
    assert knowledge.errors() == ()


def test_no_type_and_no_obligation_was_lost():
    assert (len(knowledge.taxonomy().types), len(knowledge.library().obligations)) == KEYS


def test_every_type_says_what_it_holds_and_what_it_leaves_out():
    for row in knowledge.taxonomy().types.values():
        assert row.definition, row.key
        assert row.include, row.key
        assert row.exclude, row.key


def test_meanings_are_prose_and_never_keys():
    for row in knowledge.taxonomy().types.values():
        for stance in row.stances:
            assert "_" not in stance.meaning
            assert stance.meaning != stance.key.replace("_", " "), (row.key, stance.key)


def test_names_of_positions_are_short_and_differ_within_a_type():
    for row in knowledge.taxonomy().types.values():
        names = [stance.name for stance in row.stances]
        assert len({name.casefold() for name in names}) == len(names), row.key
        for name in names:
            assert len(name) <= 32 and "_" not in name and name[0].isupper(), (row.key, name)


def test_what_has_no_type_is_named():
    assert any("export control" in subject for subject in knowledge.taxonomy().silent_on)

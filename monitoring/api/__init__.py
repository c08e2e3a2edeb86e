"""The REST API: a thin face over the same operations as the pages. Plural nouns, cursor pages, problem documents."""

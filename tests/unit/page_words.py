"""The words of a page as its visitors read them, for tests that look for them."""

from experiments.language.catalogue import catalogue


def words(page, key, language="nl", **values):
    """The text of a key in the catalogue of a page, or else in those that all pages share."""
    catalogues = [catalogue(name, language) for name in (page, "charts", "shell")]
    return next(one for one in catalogues if one.has(key))(key, **values)

"""Refusals in tests: raised as codes, and held against the sentence that a Dutch reader gets."""

import contextlib
import re

import pytest

from experiments.language.refusals import refusal_text


@contextlib.contextmanager
def refused(kind, match):
    """As ``pytest.raises``, with the pattern searched in the Dutch sentence of the refusal."""
    with pytest.raises(kind) as caught:
        yield caught
    sentence = refusal_text(caught.value, "nl")
    assert re.search(match, sentence), sentence

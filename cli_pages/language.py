"""Which language the command speaks: `--language`, wherever it stands, else DOORSTROOM_LANGUAGE, else Dutch.

It is read before anything else is parsed, since help and refusals of the parser speak it too.
"""

import os
from collections.abc import Sequence
from contextvars import ContextVar

from experiments.language.catalogue import Texts, catalogue
from experiments.language.language import LANGUAGES, Language

OPTION, VARIABLE = "--language", "DOORSTROOM_LANGUAGE"

_current: ContextVar[Language] = ContextVar("language", default=LANGUAGES[0])


def current_language() -> Language:
    """The language in which the command speaks."""
    return _current.get()


def texts_of(command: str) -> Texts:
    """The texts of one command, or those that commands share, in the language of the command."""
    return catalogue(f"command_{command}", current_language())


def choose_language(words: Sequence[str]) -> None:
    """Read the language from the words of a command and from the environment. Raises WrongInput."""
    _current.set(LANGUAGES[0])
    if variable := os.environ.get(VARIABLE):
        _current.set(_known(variable, VARIABLE))
    if option := _typed(words):
        _current.set(_known(option, OPTION))


def _typed(words: Sequence[str]) -> str | None:
    """What stands behind the last `--language`; None without one."""
    found = None
    for index, word in enumerate(words):
        if word == "--":
            break
        if word == OPTION and index + 1 < len(words):
            found = words[index + 1]
        elif word.startswith(f"{OPTION}="):
            found = word.removeprefix(f"{OPTION}=")
    return found


def _known(text: str, place: str) -> Language:
    from sim.errors import WrongInput, one_of

    for language in LANGUAGES:
        if text == language:
            return language
    raise WrongInput(file=place, value=text, allowed=one_of(LANGUAGES))

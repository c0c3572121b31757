"""Which languages there are. A further one is added here, and all its texts in `texts/languages/CODE.toml`."""

from typing import Literal, get_args

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
#: Languages whose texts stand beside each other in every catalogue; of others each has a file of its own.
SIDE_BY_SIDE: tuple[Language, ...] = ("nl", "en")
NOTHING = "–"

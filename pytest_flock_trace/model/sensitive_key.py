"""Which keys name something that nobody else should read."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECRET: Final = frozenset(
    ("password", "passwords", "passwd", "pwd", "passphrase", "secret", "secrets", "credential", "credentials")
) | frozenset(("authorization", "cookie", "cookies", "apikey", "apikeys", "privatekey", "accesskey", "secretkey"))
"""Words that make a key sensitive wherever they stand in it."""
_TOKEN: Final = frozenset(("token", "accesstoken", "refreshtoken", "authtoken", "idtoken"))
"""These do, too, but where the value is a number they count."""
_KEYS_OF: Final = frozenset(("api", "private", "access", "secret", "signing", "encryption"))
"""Words that make the word "key" or "keys" after them sensitive."""
_STEMS: Final = (b"passw", b"passphrase", b"pwd", b"secret", b"credential", b"authorization", b"cookie", b"token")
_OWNERS: Final = tuple(word.encode("ascii") for word in sorted(_KEYS_OF))


def may_name_secrets(text: str) -> bool:
    """False for a text in which no key can be sensitive, found out sooner than by looking at its keys."""
    lowered = text.encode("utf-8", "surrogatepass").lower()  # of bytes it is quick, whatever the text is written in
    if any(stem in lowered for stem in _STEMS):
        return True
    return b"key" in lowered and any(owner in lowered for owner in _OWNERS)


def words_of(key: str) -> list[str]:
    """The words of a key in lower case: those of `X-Api-Key`, `x_api_key` and `xApiKey` are the same."""
    return [word.lower() for word in _WORD.findall(key)]


def names_secret(key: str) -> bool:
    """True for a key whose value is to be kept back, whatever it is."""
    words = words_of(key)
    if not _SECRET.isdisjoint(words):
        return True
    return any(word in _KEYS_OF and after in ("key", "keys") for word, after in pairwise(words))


def names_token(key: str) -> bool:
    """True for a key whose value is to be kept back if it is text: as a number it would count tokens."""
    return not _TOKEN.isdisjoint(words_of(key))

"""Artifacts: what agents pass on, known by an id."""

from __future__ import annotations


class Artifact(str):
    """An artifact's id, which may know what kind of thing the artifact is."""

    __slots__ = ("type",)

    type: str | None

    def __new__(cls, identifier: str, type: str | None = None) -> Artifact:  # noqa: A002  # what it is called
        """The id; equal to the same text, whatever the type."""
        self = super().__new__(cls, identifier)
        self.type = type
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return Artifact, (str(self), self.type)


def type_of(identifier: str) -> str | None:
    """The artifact's type, where the id knows it."""
    return identifier.type if isinstance(identifier, Artifact) else None

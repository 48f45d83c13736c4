"""`[telcos.NAME]`: doors that lead to the same telco."""

from typing import Annotated, Literal

from msgspec import Meta, Struct


class Telco(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[telcos.NAME]`: doors that lead to the same telco; one takes over when another is down.

    Attributes:
        doors: names of doors, the one that is to be used first.
        weights: of how many messages in turn each of them gets its share, for example [3, 1]; empty
            for all by the first that works.
        reply_by: `same`: a reply goes back by the door its text came in by, for that is how the
            telco knows what it answers; `any`: by any of them.
    """

    doors: Annotated[tuple[str, ...], Meta(min_length=2, max_length=20)]
    weights: Annotated[tuple[Annotated[int, Meta(ge=1, le=1_000)], ...], Meta(max_length=20)] = ()
    reply_by: Literal["same", "any"] = "same"

    def __post_init__(self) -> None:
        if len(set(self.doors)) < len(self.doors):
            message = "`doors`: one stands there twice"
            raise ValueError(message)
        if self.weights and len(self.weights) != len(self.doors):
            message = "`weights`: write one number for each door, or none at all"
            raise ValueError(message)

"""Sums in a request of ours: a password that is hashed, or a signature."""

from collections.abc import Mapping

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.hashes import keyed, sum_of, written_as
from sms_gateway.described.body import Pieces, Value, Values, Vocabulary, compile_text
from sms_gateway.domain.secret import Secret
from sms_gateway.settings import SettingsError


class Digests:
    """Fills `{digest.NAME}`."""

    def __init__(
        self,
        digests: Mapping[str, s.OutboundDigest],
        secrets: Mapping[str, Secret],
        known: Vocabulary,
        at: str,
    ) -> None:
        """Read the settings.

        Args:
            digests: name to what it is the sum of.
            secrets: those of `outbound`.
            known: what `over` may have in braces.
            at: dotted key of `outbound`, named in errors.

        Raises:
            SettingsError: they cannot be used.
        """
        self._digests = [
            (f"digest.{name}", digest, _key(digest, secrets, f"{at}.digests.{name}"),
             compile_text(digest.over, known, f"{at}.digests.{name}.over"))
            for name, digest in digests.items()
        ]  # fmt: skip

    def __bool__(self) -> bool:
        return bool(self._digests)

    @property
    def names(self) -> tuple[str, ...]:
        """The placeholders that it fills."""
        return tuple(name for name, *_ in self._digests)

    def values(self, values: Values) -> Mapping[str, Value]:
        """What the placeholders say, given what all others say."""
        return {
            name: _written(digest, key, over, values) for name, digest, key, over in self._digests
        }


def _written(digest: s.OutboundDigest, key: bytes, over: Pieces, values: Values) -> str:
    made = sum_of(digest.algorithm, key, over.fill(values).encode("utf-8", "replace"))
    return written_as(digest.encoding)(made)


def _key(digest: s.OutboundDigest, secrets: Mapping[str, Secret], at: str) -> bytes:
    if keyed(digest.algorithm) != bool(digest.key):
        msg = f"{at}.key: names a secret of `secrets` for an HMAC, and nothing for another sum"
        raise SettingsError(msg)
    if digest.key and digest.key not in secrets:
        msg = f"{at}.key: no such secret; name one of `secrets`: {', '.join(secrets) or 'none yet'}"
        raise SettingsError(msg)
    return secrets[digest.key].value.encode() if digest.key else b""

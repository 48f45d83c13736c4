"""What the provider says of itself (OpenID Connect Discovery 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sms_gateway.oidc.values import Refusal
from sms_gateway.settings.oidc import is_safe

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""How an ID token may be signed: by a key of the provider, never by a secret that we share."""

_DOCUMENT: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is needed of it.

    Attributes:
        authorization, token, keys: where each is.
        algorithms: those of ours that it signs by.
        basic: it takes our secret in a header; else in the form.
        names_itself: it says in each answer whose that is (RFC 9207).
        end_session: where somebody is signed out; empty where it has no such place.
    """

    authorization: str
    token: str
    keys: str
    algorithms: tuple[str, ...]
    basic: bool
    names_itself: bool
    end_session: str = ""


def document(issuer: str) -> str:
    """Where the document of an issuer is."""
    return f"{issuer.rstrip('/')}{_DOCUMENT}"


def metadata(said: Mapping[str, object], issuer: str) -> Metadata | Refusal:
    """What the document says, where it is the right one and good enough.

    Args:
        said: the document.
        issuer: whose it must be, to the letter.
    """
    if said.get("issuer") != issuer:
        return Refusal.OTHER_ISSUER
    places = [said.get(f"{name}_endpoint") for name in ("authorization", "token")]
    authorization, token, keys = (_place(one) for one in (*places, said.get("jwks_uri")))
    algorithms = _words(said, "id_token_signing_alg_values_supported", ("RS256",))
    methods = _words(said, "token_endpoint_auth_methods_supported", ("client_secret_basic",))
    # Where it does not say which it takes, it may take what everybody must know.
    challenges = _words(said, "code_challenge_methods_supported", ("S256",))
    flows = _words(said, "response_types_supported", ("code",))
    ours = tuple(one for one in ALGORITHMS if one in algorithms)
    if not (authorization and token and keys and ours and "S256" in challenges and "code" in flows):
        return Refusal.UNSAFE_PROVIDER
    return Metadata(
        authorization,
        token,
        keys,
        ours,
        basic="client_secret_basic" in methods,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        end_session=_place(said.get("end_session_endpoint")),
    )


def _place(said: object) -> str:
    fits = isinstance(said, str) and said.isprintable() and "#" not in said and is_safe(said)
    return said if fits and isinstance(said, str) else ""


def _words(said: Mapping[str, object], name: str, otherwise: tuple[str, ...]) -> tuple[object, ...]:
    words = said.get(name)
    return tuple(words) if isinstance(words, list) else otherwise

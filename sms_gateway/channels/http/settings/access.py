"""Who may call."""

from typing import Literal

from msgspec import Struct

from sms_gateway.channels.http.hashes import Algorithm, Encoding
from sms_gateway.channels.http.settings.words import Seconds
from sms_gateway.domain.secret import Secret


class BasicUser(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One user of HTTP Basic; several passwords are valid at once while one is being changed."""

    user: str
    passwords: tuple[Secret, ...]


class FieldSecret(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A field that must hold one of these secrets.

    Attributes:
        field: field reference, for example `query:password` or `header:X-Token`.
        secrets: all that are valid now.
    """

    field: str
    secrets: tuple[Secret, ...]


class Signature(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A signature that the call must bear; what a scheme does not read must not be set.

    Attributes:
        scheme: `digest`, a sum over named fields; `standard-webhooks`; `twilio`, the header
            X-Twilio-Signature; `jwt`, an HS256 token in Authorization that holds the sum of the
            body as `payload_hash`.
        secrets: all that are valid now; of standard-webhooks `whsec_...`, of twilio the auth token.
        algorithm: of digest and twilio; unset for hmac-sha256, and for hmac-sha1 of twilio.
        over: of digest: text with `{query:NAME}`, `{form:NAME}`, `{json:PATH}`, `{xml:PATH}`,
            `{header:NAME}`, all decoded (a query's and form's octets as they came), `{secret}`,
            `{body}` and `{url}`; an absent field is empty.
        encoding: of digest: how the sum is written; Base64 with a space in it is read with a plus.
        field: of digest: field reference to the sum.
        url: what stands before the path where the telco calls: `https://sms.example.vn`; of twilio,
            and of digest with `{url}`.
        time: of digest: field reference to the time of the call; empty where it has none. Put it
            into `over` as well.
        time_format, time_zone: of `time`; as for MOs.
        within_s: how far that time, the timestamp of standard-webhooks or the `iat` of jwt may be
            from ours.
        claims: of jwt: name to the value that the claim must have, for example of `api_key`.
    """

    scheme: Literal["digest", "standard-webhooks", "twilio", "jwt"]
    secrets: tuple[Secret, ...] = ()
    algorithm: Algorithm | None = None
    over: str = ""
    encoding: Encoding = "hex"
    field: str = ""
    url: str = ""
    time: str = ""
    time_format: str = "unix"
    time_zone: str = ""
    within_s: Seconds = 300.0
    claims: dict[str, str] = {}


class Access(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.access]`: who may call. All that is set must hold; something must be set.

    Attributes:
        cidrs: networks the call may come from, after trusted proxies; `0.0.0.0/0` and `::/0`
            together let everybody in.
        path_secrets: what `{secret}` in the path may be; 16 letters and digits or more.
        basic: a name of your choice to a user and its passwords; any one of them.
        fields: a name of your choice to a field and what it may hold; all of them.
        signatures: a name of your choice to a signature; all of them must hold.
    """

    cidrs: tuple[str, ...] = ()
    path_secrets: tuple[Secret, ...] = ()
    basic: dict[str, BasicUser] = {}
    fields: dict[str, FieldSecret] = {}
    signatures: dict[str, Signature] = {}

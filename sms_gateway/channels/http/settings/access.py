"""Who may call."""

from msgspec import Struct

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


class Access(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.access]`: who may call. All that is set must hold; something must be set.

    Attributes:
        cidrs: networks the call may come from, after trusted proxies; `0.0.0.0/0` and `::/0`
            together let everybody in.
        path_secrets: what `{secret}` in the path may be; 16 letters and digits or more.
        basic: a name of your choice to a user and its passwords; any one of them.
        fields: a name of your choice to a field and what it may hold; all of them.
    """

    cidrs: tuple[str, ...] = ()
    path_secrets: tuple[Secret, ...] = ()
    basic: dict[str, BasicUser] = {}
    fields: dict[str, FieldSecret] = {}

"""Under which name it is kept how far somebody else's case database was read."""

from hashlib import sha256
from urllib.parse import urlsplit

from sms_gateway.settings.cases import Cases


def cursor_name(cases: Cases) -> str:
    """The kind of the database, and a short hash of where it is, without user, password or query.

    Another database begins with its own present, and not where the one before it ended.
    """
    kind = cases.kind
    url = urlsplit(cases.sql.url if kind == "sql" else cases.http.url)
    at = f"{url.scheme}://{url.netloc.rpartition('@')[2].lower()}{url.path.rstrip('/')}"
    return f"{kind}:{sha256(at.encode()).hexdigest()[:12]}"

"""Text of a request line or header as it came."""


def octets(text: str) -> bytes:
    """Text of a request line or header as it came: servers read odd octets as surrogates."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")

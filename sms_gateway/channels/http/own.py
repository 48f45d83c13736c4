"""What one text came with, out of a request that was kept."""

from collections.abc import Callable

from sms_gateway.channels.http.call import Call
from sms_gateway.channels.http.fields import UnreadableError
from sms_gateway.channels.http.inbound import MoReader
from sms_gateway.channels.http.kept import Keeper
from sms_gateway.domain.message import MobileOriginated
from sms_gateway.ports import WebhookRequest
from sms_gateway.reading import MoRow


class Divider:
    """Reads kept requests once more: other people's texts may stand beside the one that is wanted.

    Args:
        reader: reads the MOs of a call.
        call: looks into a request.
        keeper: what writes a single item as it may be kept.
    """

    def __init__(
        self, reader: MoReader, call: Callable[[WebhookRequest], Call], keeper: Keeper
    ) -> None:
        self._reader = reader
        self._call = call
        self._keeper = keeper

    def own(self, kept: bytes, mo: MoRow) -> bytes | None:
        """What came with a text and with no other one, see `ports.Door.own_request`."""
        try:
            found = self._reader.items(self._call(_request(kept)))
        except UnreadableError:
            return None
        for one, item in found:
            if _same(one, mo):
                return self._keeper.keep_item(item) if self._reader.batches else kept
        return None


def _same(one: MobileOriginated, mo: MoRow) -> bool:
    return (one.sender, one.text, one.telco_id) == (mo.sender, mo.text, mo.telco_id)


def _request(kept: bytes) -> WebhookRequest:
    """As `Keeper.keep` wrote it; what stood in the path and in other headers is gone."""
    head, _, body = kept.partition(b"\n\n")
    line, *rest = head.decode("utf-8", "surrogateescape").split("\n")
    method, _, target = line.partition(" ")
    path, _, query = target.partition("?")
    headers = {name: value for name, _, value in (one.partition(": ") for one in rest)}
    return WebhookRequest(method, path, query, headers, body, "")

"""The words by which citizens are told of a planned outage."""

from datetime import tzinfo

from sms_gateway.domain.message import Language
from sms_gateway.domain.windows import IncidentWindow
from sms_gateway.gsm.plain import plain
from sms_gateway.windows.watch import local

_WORDS = {
    Language.VI: "Thông báo: hệ thống tra cứu hồ sơ tạm ngừng từ {begin}{end}. Lý do: {cause}. "
    "Tin nhắn gửi trong thời gian này được trả lời sau. ĐT {hotline}",
    Language.EN: "Notice: the dossier look-up is interrupted from {begin}{end}. Reason: {cause}. "
    "Messages sent meanwhile are answered later. Tel {hotline}",
}
_END = {
    Language.VI: ", dự kiến hoạt động lại lúc {end}",
    Language.EN: ", expected back at {end}",
}


def announcement(window: IncidentWindow, language: Language, hotline: str, zone: tzinfo) -> str:
    """From when, until when as expected (decree 224/2026, article 13), and why."""
    spoken = Language.EN if language is Language.EN else Language.VI
    end = _END[spoken].format(end=local(window.ends_at, zone)) if window.ends_at else ""
    begin = local(window.starts_at, zone)
    told = _WORDS[spoken].format(begin=begin, end=end, cause=window.cause, hotline=hotline)
    return told if language is Language.VI_ACCENTED else plain(told)

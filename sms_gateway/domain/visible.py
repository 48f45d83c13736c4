"""What people type, without what nobody sees: it may turn the order of letters, or hide some."""

import re

# What shows nothing: `Default_Ignorable_Code_Point` of Unicode 16 (DerivedCoreProperties.txt),
# among it bidirectional overrides, zero-width signs, tags and fillers; then marks of annotations,
# the braille pattern without dots, and controls but for tabs and line ends.
_UNSEEN = re.compile(
    "["
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ufff9-\ufffb\u2800"
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
    "]"
)
_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")


def visible(text: str) -> str:
    """A note, a reason, a name or a wording as whoever reads it later sees it.

    Letters and marks of any script stay, and so do tabs and line ends; other line ends become one.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))

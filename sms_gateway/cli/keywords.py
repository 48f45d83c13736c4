"""`keywords`: words that citizens write instead of ours."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

_FILE = "sms_gateway.cli.keywords_change"

keywords = places(
    LazyGroup(
        "keywords",
        {
            "list": Entry(f"{_FILE}:list_words", "List the words that staff added."),
            "try": Entry(f"{_FILE}:try_word", "Show which past texts a word would change."),
            "add": Entry(f"{_FILE}:add_word", "Add a word, if no past text gets worse by it."),
            "remove": Entry(f"{_FILE}:remove_word", "Take back a word that was added."),
        },
        "Look after words that mean what a word of keywords.toml means.",
    )
)
"""The group."""

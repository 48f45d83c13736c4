"""Words that staff added, in every store."""

from datetime import timedelta

from sms_gateway.domain.synonyms import Synonym, SynonymBack
from tests.contracts.purge_desk import store
from tests.contracts.store_desk import Desk
from tests.parts import START

LATER = START + timedelta(hours=1)
FIRST = Synonym("tracuu", "Tra cứu", "MCKH", "tờ rơi", START, "os:an")
SECOND = Synonym("chidan", "chỉ dẫn", "HELP", "", LATER, "os:binh")


async def test_words_are_written_down_once_and_read_back_in_order(desk: Desk) -> None:
    synonyms = store(desk).synonyms
    assert await synonyms.add(SECOND)
    assert await synonyms.add(FIRST)
    assert not await synonyms.add(Synonym("tracuu", "TRACUU", "HELP", "", LATER, "os:binh"))
    assert list(await synonyms.synonyms()) == [FIRST, SECOND]
    assert list(await store(desk).reading.synonyms()) == [FIRST, SECOND]


async def test_a_word_is_taken_back_once(desk: Desk) -> None:
    synonyms = store(desk).synonyms
    await synonyms.add(FIRST)
    assert await synonyms.remove(SynonymBack("tracuu", LATER, "os:binh"))
    assert not await synonyms.remove(SynonymBack("tracuu", LATER, "os:binh"))
    assert list(await synonyms.synonyms()) == []


async def test_each_change_of_a_word_is_audited(desk: Desk) -> None:
    synonyms = store(desk).synonyms
    await synonyms.add(FIRST)
    await synonyms.add(FIRST)
    await synonyms.remove(SynonymBack("tracuu", LATER, "os:binh"))
    await synonyms.remove(SynonymBack("tracuu", LATER, "os:binh"))
    assert await desk.rows("SELECT act, by, subject, detail FROM audit ORDER BY id") == [
        ("synonym.add", "os:an", "tracuu", "Tra cứu = MCKH tờ rơi"),
        ("synonym.remove", "os:binh", "tracuu", ""),
    ]

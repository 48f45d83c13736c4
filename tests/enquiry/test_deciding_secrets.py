"""How often a second secret may be guessed, by the rules that the gateway ships."""

import pytest
from msgspec.structs import replace

from sms_gateway.domain.dossier import Ambiguous, Found
from sms_gateway.domain.msisdn import Address
from tests.enquiry.budget_texts import LOOK_UP, REFUSED
from tests.parts import AN, BINH, SECRET_WORD, Desk, dossier, key_of, receipt_of, rules

RIGHT = f"{LOOK_UP} {SECRET_WORD}"


def guesses(count: int) -> list[str]:
    return [f"{LOOK_UP} B{number:04}" for number in range(count)]


@pytest.fixture
def guessing() -> Desk:
    """A stranger where a second secret opens a dossier."""
    return Desk(rules(DISCLOSURE__SECOND_SECRET="true"), sender=BINH)


def test_silence_does_not_let_a_second_secret_be_guessed_for_ever(guessing: Desk) -> None:
    assert guessing.texts(guesses(5)) == ["E7"] * 3 + ["identical"] * 2
    assert guessing.text(RIGHT).reason == REFUSED


def test_a_wrong_second_secret_counts_like_a_receipt_that_does_not_exist(guessing: Desk) -> None:
    guessing.texts(guesses(2))
    assert [event.miss for event in guessing.history] == [1, 1]
    assert guessing.text(RIGHT).reason == "S4"
    assert guessing.history[-1].miss == 0


def test_a_dossier_is_closed_to_guesses_however_many_phones_there_are(guessing: Desk) -> None:
    for number, guess in enumerate(guesses(10)):
        guessing.sender, guessing.history = Address(f"+849000100{number:02}"), []
        assert guessing.text(guess).reason == "E7"
    guessing.sender, guessing.history = BINH, []
    assert guessing.text(RIGHT).reason == "E7"
    other = f"MCKH {receipt_of(2)} {SECRET_WORD}"
    assert guessing.text(other).reason == "S4"
    guessing.sender, guessing.history = AN, []
    assert guessing.text(LOOK_UP).reason == "S4"


def test_how_many_wrong_secrets_close_a_dossier_is_a_setting() -> None:
    few = rules(DISCLOSURE__SECOND_SECRET="true", BUDGETS__WRONG_SECRETS_PER_DAY="1")
    desk = Desk(few, sender=BINH)
    assert desk.texts([*guesses(1), RIGHT]) == ["E7", "E7"]


def test_what_is_said_to_a_closed_dossier_is_not_compared_and_counts_nothing(
    guessing: Desk,
) -> None:
    guessing.tried[dossier().id] = 10
    for text in (RIGHT, *guesses(1)):
        verdict = guessing.text(text)
        assert (verdict.reason, verdict.wrong_secret) == ("E7", False)
    assert [event.miss for event in guessing.history] == [0, 0]
    assert guessing.tried[dossier().id] == 10


def test_no_other_words_of_a_text_count_as_a_second_secret(guessing: Desk) -> None:
    texts = [LOOK_UP, RIGHT, f"{LOOK_UP} cam on", "MCKH HUY 170703-0001 B0001"]
    assert not any(guessing.text(text).wrong_secret for text in texts)
    guessing.sender = AN
    assert not guessing.text(guesses(1)[0]).wrong_secret
    guessing.sender = BINH
    bare = replace(dossier(1, AN), secret_hash="")
    guessing.cases = {key_of(1): Found(bare)}
    assert not guessing.text(guesses(1)[0]).wrong_secret
    assert not guessing.enquiry.guarded(guessing.ask(guessing.incoming(RIGHT)), guessing.cases)
    assert not Desk(sender=BINH).text(guesses(1)[0]).wrong_secret


def test_only_dossiers_of_which_a_secret_may_be_guessed_are_asked_about(guessing: Desk) -> None:
    def guarded(text: str, sender: Address = BINH) -> set[str]:
        incoming = replace(guessing.incoming(text), sender=sender)
        return set(guessing.enquiry.guarded(guessing.ask(incoming), guessing.cases))

    assert guarded(RIGHT) == {dossier().id}
    assert guarded(LOOK_UP) == set()
    assert guarded(RIGHT, AN) == set()
    assert guarded("MCKH 999999-0001 B0001") == set()
    guessing.cases = {key_of(1): Ambiguous((dossier(1), dossier(1, agency="000.00.13.H32")))}
    assert len(guarded(RIGHT)) == 2
    off = Desk(sender=BINH)
    assert not off.enquiry.guarded(off.ask(off.incoming(RIGHT)), off.cases)

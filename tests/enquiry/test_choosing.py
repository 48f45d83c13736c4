from collections.abc import Mapping, Sequence

import pytest

from sms_gateway.domain.agency import Agencies, Agency
from sms_gateway.domain.dossier import (
    Ambiguous,
    CaseLookup,
    Dossier,
    Found,
    NotFound,
    Unavailable,
    Withheld,
)
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.msisdn import Address
from sms_gateway.enquiry.choosing import (
    Choice,
    Chosen,
    Nothing,
    NotTold,
    Prefixes,
    Reading,
    Several,
    Unknown,
    agency_prefixes,
    choose,
    readings,
)
from sms_gateway.enquiry.intents import Candidate
from tests.parts import AN, BINH, dossier, key_of

FOREIGN, HEALTH = "000.00.12.H32", "000.00.13.H32"
AGENCIES = Agencies(
    "1",
    tuple(Agency(code, short, "", "1", "") for code, short in ((FOREIGN, "SNGV"), (HEALTH, "SYT"))),
)
PREFIXES = agency_prefixes(AGENCIES)
AT_FOREIGN, AT_HEALTH = dossier(1, AN, agency=FOREIGN), dossier(1, BINH, agency=HEALTH)
Known = Mapping[str, CaseLookup]
BOTH = Ambiguous((AT_FOREIGN, AT_HEALTH))
BOTH_STRANGERS = Ambiguous((dossier(1, agency=FOREIGN), dossier(1, agency=HEALTH)))


def exact(key: str, *rest: str) -> Candidate:
    return Candidate(CanonicalKey(key), repaired=False, shown=key, rest=rest)


def mended(key: str) -> Candidate:
    return Candidate(CanonicalKey(key), repaired=True, shown=key)


def chosen(
    candidates: Sequence[Candidate],
    known: Known,
    prefixes: Prefixes = PREFIXES,
) -> Choice:
    """What is meant, among what the directory knows."""
    asked = readings(candidates, prefixes)
    return choose(asked, {r.key: known.get(r.key, NotFound()) for r in asked}, AN)


def found(choice: Choice) -> Dossier:
    assert isinstance(choice, Chosen), choice
    return choice.dossier


def test_the_one_dossier_of_a_key_is_meant() -> None:
    assert found(chosen([exact("12345")], {"12345": Found(AT_HEALTH)})) == AT_HEALTH


def test_a_key_that_nobody_knows_leads_to_nothing_and_names_the_best_reading() -> None:
    assert chosen([exact("12345"), exact("123")], {}) == Nothing(exact("12345"))


def test_among_several_dossiers_the_one_of_the_senders_phone_is_meant() -> None:
    assert found(chosen([exact(key_of(1))], {key_of(1): BOTH})) == AT_FOREIGN


def test_an_agency_before_the_number_decides_among_several_dossiers() -> None:
    assert found(chosen([exact(f"SYT{key_of(1)}")], {key_of(1): BOTH})) == AT_HEALTH
    assert found(chosen([exact(f"0000013H32{key_of(1)}")], {key_of(1): BOTH})) == AT_HEALTH


def test_several_dossiers_without_phone_or_agency_stay_several() -> None:
    strangers = Ambiguous((dossier(1, agency=FOREIGN), dossier(1, BINH, agency=HEALTH)))
    assert chosen([exact(key_of(1))], {key_of(1): strangers}) == Several(exact(key_of(1)))


def test_two_dossiers_of_the_same_phone_stay_several() -> None:
    own = Ambiguous((dossier(1, AN, agency=FOREIGN), dossier(1, AN, agency=HEALTH)))
    assert chosen([exact(key_of(1))], {key_of(1): own}) == Several(exact(key_of(1)))


def test_the_agencys_prefix_and_then_the_phone_decide_together() -> None:
    two = Ambiguous((dossier(1, agency=HEALTH), dossier(1, AN, agency=HEALTH), AT_FOREIGN))
    assert found(chosen([exact(f"SYT{key_of(1)}")], {key_of(1): two})) == dossier(
        1, AN, agency=HEALTH
    )


def test_an_agency_beside_the_number_decides_too() -> None:
    assert found(chosen([exact(key_of(1), "SYT")], {key_of(1): BOTH})) == AT_FOREIGN
    strangers = Ambiguous((dossier(1, agency=FOREIGN), AT_HEALTH))
    assert found(chosen([exact(key_of(1), "SYT")], {key_of(1): strangers})) == AT_HEALTH


def test_another_agencys_dossier_is_not_meant_where_one_is_named_beside_the_number() -> None:
    known: Known = {key_of(1): Found(dossier(1, BINH, agency=FOREIGN))}
    assert chosen([exact(key_of(1), "SYT")], known) == Nothing(exact(key_of(1), "SYT"))


def test_a_shorter_reading_is_not_tried_where_the_named_agency_has_several() -> None:
    two = Ambiguous((dossier(1, agency=HEALTH), dossier(2, agency=HEALTH)))
    known: Known = {"BN12345": two, "12345": Found(AT_HEALTH)}
    choice = chosen([exact("BN12345", "SYT"), exact("12345", "SYT")], known)
    assert choice == Several(exact("BN12345", "SYT"))


def test_an_agency_that_has_no_such_dossier_leads_to_nothing() -> None:
    choice = chosen([exact(f"SYT{key_of(1)}")], {key_of(1): Found(AT_FOREIGN)})
    assert choice == Nothing(exact(f"SYT{key_of(1)}"))


def test_a_code_that_merely_begins_like_an_agency_is_looked_up_whole_first() -> None:
    whole = dossier(7, agency=HEALTH)
    known: Known = {"SYT1": Found(whole), "1": Found(AT_HEALTH)}
    assert found(chosen([exact("SYT1")], known)) == whole


def test_the_name_of_an_agency_alone_is_no_number() -> None:
    assert [reading.key for reading in readings([exact("SYT")], PREFIXES)] == ["SYT"]


def test_the_first_reading_that_leads_somewhere_is_meant() -> None:
    known: Known = {"BN12345": Found(AT_HEALTH), "12345": Found(AT_FOREIGN)}
    assert found(chosen([exact("BN12345"), exact("12345")], known)) == AT_HEALTH
    assert found(chosen([exact("NB12345"), exact("12345")], known)) == AT_FOREIGN


@pytest.mark.parametrize("better", [BOTH, Withheld()])
def test_a_shorter_reading_is_not_tried_where_a_better_one_leads_somewhere(
    better: CaseLookup,
) -> None:
    known: Known = {"BN12345": better, "12345": Found(AT_HEALTH)}
    choice = chosen([exact("BN12345"), exact("12345")], known)
    assert not isinstance(choice, Chosen) or choice.candidate == exact("BN12345")


def test_a_better_reading_that_could_not_be_looked_up_leaves_it_open() -> None:
    known: Known = {"BN12345": Unavailable("timeout"), "12345": Found(AT_FOREIGN)}
    choice = chosen([exact("BN12345"), exact("12345")], known)
    assert choice == Unknown(exact("BN12345"), "timeout")


def test_a_worse_reading_that_could_not_be_looked_up_changes_nothing() -> None:
    known: Known = {"BN12345": Found(AT_FOREIGN), "12345": Unavailable("timeout")}
    assert found(chosen([exact("BN12345"), exact("12345")], known)) == AT_FOREIGN


def test_a_key_that_could_not_be_looked_up_is_no_miss() -> None:
    known: Known = {"12345": Unavailable("timeout")}
    assert chosen([exact("BN12345"), exact("12345")], known) == Unknown(exact("12345"), "timeout")


def test_what_may_not_be_told_is_not_told() -> None:
    assert chosen([exact("12345")], {"12345": Withheld()}) == NotTold(exact("12345"))


def test_a_mended_reading_is_believed_where_it_alone_leads_to_a_dossier() -> None:
    candidates = [exact("I2345"), mended("12345"), mended("1234S")]
    assert found(chosen(candidates, {"12345": Found(AT_HEALTH)})) == AT_HEALTH


def test_two_mended_readings_of_different_dossiers_are_both_not_believed() -> None:
    known: Known = {"12345": Found(AT_HEALTH), "1234S": Found(dossier(2))}
    candidates = [exact("I2345"), mended("12345"), mended("1234S")]
    assert chosen(candidates, known) == Nothing(exact("I2345"))


def test_two_mended_readings_of_one_dossier_are_believed() -> None:
    known: Known = {"SYT12345": Found(AT_HEALTH), "12345": Found(AT_HEALTH)}
    assert found(chosen([exact("SYTI2345"), mended("SYT12345")], known)) == AT_HEALTH


@pytest.mark.parametrize("lookup", [Withheld(), BOTH_STRANGERS])
def test_a_mended_reading_tells_nothing_but_a_dossier(lookup: CaseLookup) -> None:
    candidates = [exact("I2345"), mended("12345")]
    assert chosen(candidates, {"12345": lookup}) == Nothing(exact("I2345"))


def test_a_mended_reading_is_not_believed_beside_one_that_could_not_be_looked_up() -> None:
    known: Known = {"12345": Found(AT_HEALTH), "1234S": Unavailable("timeout")}
    candidates = [exact("I2345"), mended("12345"), mended("1234S")]
    assert chosen(candidates, known) == Unknown(mended("1234S"), "timeout")


def test_an_exact_reading_goes_before_a_mended_one_that_is_listed_first() -> None:
    known: Known = {"12345": Found(AT_HEALTH), "I2345": Found(AT_FOREIGN)}
    assert found(chosen([mended("12345"), exact("I2345")], known)) == AT_FOREIGN


@pytest.mark.parametrize("lookup", [Withheld(), BOTH_STRANGERS])
def test_a_mended_reading_alone_tells_nothing_but_a_dossier_either(lookup: CaseLookup) -> None:
    assert chosen([mended("12345")], {"12345": lookup}) == Nothing(mended("12345"))


EACH = [Found(AT_HEALTH), NotFound(), BOTH, Ambiguous(()), Withheld(), Unavailable("timeout")]


@pytest.mark.parametrize("lookup", EACH)
@pytest.mark.parametrize("sender", [AN, BINH])
@pytest.mark.parametrize("agency, own_only", [("", False), ("", True), (FOREIGN, False)])
def test_a_reading_alone_means_what_it_means_in_a_list(
    lookup: CaseLookup, sender: Address, agency: str, *, own_only: bool
) -> None:
    """One that is read twice is the list in which nothing else can be meant."""
    reading = Reading(exact("12345"), CanonicalKey("12345"), agency, own_only)
    known = {reading.key: lookup}
    assert choose([reading], known, sender) == choose([reading, reading], known, sender)

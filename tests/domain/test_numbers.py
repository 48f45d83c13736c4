from hashlib import blake2b

from hypothesis import example, given
from hypothesis import strategies as st

from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.numbers import Hasher, content_hash
from sms_gateway.domain.secret import Secret

KEY, OTHER_KEY = Hasher(Secret("07" * 32)), Hasher(Secret("08" * 32))
ANYTHING = st.text(st.characters())


def test_a_number_has_one_hash_which_says_nothing_without_the_key() -> None:
    an = Address("+84900000001")
    assert KEY.number(an) == Hasher(Secret("07" * 32)).number(an)
    assert KEY.number(an) != OTHER_KEY.number(an)
    assert len(KEY.number(an)) == 32


def test_a_number_and_a_secret_with_the_same_characters_hash_differently() -> None:
    assert KEY.number(Address("ABC123")) != KEY.receipt_secret("ABC123")


@given(ANYTHING)
def test_any_word_of_a_text_can_be_hashed(word: str) -> None:
    assert len(KEY.receipt_secret(word)) == 32
    assert KEY.receipt_secret(word) == KEY.receipt_secret(word)


@given(st.lists(ANYTHING, max_size=4), st.lists(ANYTHING, max_size=4))
def test_where_one_string_ends_and_the_next_begins_counts(one: list[str], two: list[str]) -> None:
    assert (content_hash(*one) == content_hash(*two)) == (one == two)


def test_the_same_letters_cut_elsewhere_are_another_content() -> None:
    assert content_hash("ab", "c") != content_hash("a", "bc")
    assert content_hash("abc") != content_hash("abc", "")


@given(ANYTHING)
@example("x" * 255)
@example("x" * 256)
@example("x" * 70_000)
def test_a_stored_hash_is_found_again_by_every_later_release(word: str) -> None:
    """Rows are kept under these: BLAKE2b with key and purpose, and over length and octets."""
    octets = word.encode("utf-8", "surrogatepass")
    keyed = blake2b(octets, digest_size=16, key=bytes.fromhex("07" * 32), person=b"receipt")
    assert KEY.receipt_secret(word) == keyed.hexdigest()
    sized = len(octets).to_bytes(4, "big") + octets
    assert content_hash(word, word) == blake2b(sized * 2, digest_size=16).hexdigest()

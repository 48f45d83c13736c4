"""Which JSON bodies are ambiguous: told from the octets as surely as from the document."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from sms_gateway.channels.http.call import Keys
from sms_gateway.channels.http.fields import UnreadableError

READ = {"text": "text", "mo": "sender"}

spaces = st.sampled_from(["", " ", "\n\t"])
names = st.sampled_from(['"text"', '"te\\u0078t"', '"mo"', '"other"', '"a:b"', '"\\":"'])
scalars = st.sampled_from(['"A"', '"B"', "1", "null", '"17:30"', '"\\"text\\":"', '"text"'])


@st.composite
def objects(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    pairs = draw(st.lists(st.tuples(names, spaces, spaces, values), max_size=4))
    return "{" + ",".join(f"{name}{a}:{b}{value}" for name, a, b, value in pairs) + "}"


@st.composite
def lists(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    return "[" + ",".join(draw(st.lists(values, max_size=3))) + "]"


bodies = st.recursive(scalars, lambda inner: objects(inner) | lists(inner), max_leaves=8)


@given(body=bodies | objects(scalars))
@example(body='{"text" : "A","text" : "B"}')
@example(body='{"mo":{"text":"A"},"mo":{"text":"B"}}')
@example(body='{"text":"A","text":"A"}')
def test_a_body_is_refused_where_a_key_that_is_read_stands_twice_and_differs(body: str) -> None:
    ambiguous = False

    def notice(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal ambiguous
        found: dict[str, object] = {}
        for name, value in pairs:
            ambiguous |= name in READ and name in found and found[name] != value
            found[name] = value
        return found

    document = json.loads(body, object_pairs_hook=notice)
    named = None
    try:
        Keys(READ).check(body.encode(), document)
    except UnreadableError as error:
        named = error.field
    assert (named is not None) == ambiguous
    assert named in {None, *READ.values()}

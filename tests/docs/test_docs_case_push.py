"""What the handbook and openapi.yaml say of the endpoint is what the code does."""

import json
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest
import yaml

from sms_gateway.cases.embedded import Rules
from sms_gateway.cases.embedded.pushed_rows import read_batch
from sms_gateway.domain.dossier import MAX_CODE
from sms_gateway.ports.pushed import MAX_ROWS, RowFate, Service
from sms_gateway.web import case_push
from tests.docs.pages import DOCS, Block, blocks, first_cells, section

PAGE = DOCS / "case-push.md"
SPEC = yaml.safe_load((DOCS / "openapi.yaml").read_text(encoding="utf-8"))
REFUSALS = [one for one in vars(case_push).values() if isinstance(one, case_push.Refusal)]
RULES = Rules(zone=ZoneInfo("Asia/Ho_Chi_Minh"), agency_of=str, hash_secret=str)


def batches() -> Sequence[Block]:
    return [block for block in blocks(PAGE, "json") if "service" in json.loads(block.text)]


def refused(batch: dict[str, object]) -> Sequence[object]:
    """The rows of a batch that cannot be read."""
    rows = batch["data"]
    assert isinstance(rows, list)
    octets = [json.dumps(row).encode() for row in rows]
    read = read_batch(Service(str(batch["service"])), octets, RULES)
    assert len(read.learned) + len(read.told) == len(rows)
    return list(read.told.values())


@pytest.mark.parametrize("block", batches(), ids=str)
def test_each_batch_of_the_page_is_one_that_can_be_read(block: Block) -> None:
    assert not refused(json.loads(block.text))


def test_each_example_of_the_specification_can_be_read() -> None:
    operation = SPEC["paths"]["/cases/v1/dossiers"]
    examples = operation["post"]["requestBody"]["content"]["application/json"]["examples"]
    assert {one["value"]["service"] for one in examples.values()} == set(Service)
    assert not [row for one in examples.values() for row in refused(one["value"])]


def test_the_words_of_the_answers_are_those_of_the_code() -> None:
    answer = section(PAGE, "The answer")
    errors = {one.word: one.status for one in REFUSALS}
    listed = [line.split("|")[1:3] for line in answer.splitlines() if line.startswith("| `")]
    told = {name.strip(" `"): status.strip() for name, status in listed}
    assert {name: int(status) for name, status in told.items() if status.isdecimal()} == errors
    assert [name for name, status in told.items() if not status.isdecimal()] == list(RowFate)


def test_the_specification_names_address_states_limits_and_words_of_the_code() -> None:
    method, path = case_push.PUSHED_AT
    (operation,) = SPEC["paths"][path].values()
    assert list(SPEC["paths"][path]) == [method.lower()]
    assert set(operation["responses"]) == {"200", *(str(one.status.value) for one in REFUSALS)}
    schemas = SPEC["components"]["schemas"]
    assert schemas["Batch"]["properties"]["service"]["enum"] == list(Service)
    assert schemas["Batch"]["properties"]["data"]["maxItems"] == MAX_ROWS
    row = schemas["Taken"]["properties"]["results"]["items"]["properties"]
    assert row["result"]["enum"] == list(RowFate)
    assert row["MaHoSo"]["maxLength"] == MAX_CODE


def test_the_limits_of_the_page_are_those_of_the_code() -> None:
    assert f"at most {MAX_ROWS} rows and {case_push.MAX_BODY >> 20} MiB" in section(PAGE, "A batch")
    assert first_cells(section(PAGE, "The answer"))

"""What the handbook tells an auditor is what makes the hashes."""

import asyncio
import re

from sms_gateway.domain.audit_chain import content_of, hash_of
from tests.docs.pages import DOCS, blocks, section
from tests.domain.test_audit_chain import LINE

PAGE = DOCS / "security.md"


async def test_the_recipe_of_the_handbook_makes_the_hash_that_we_make() -> None:
    (recipe,) = blocks(PAGE, "bash")
    process = await asyncio.create_subprocess_exec(
        "bash", "-euc", recipe.text, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    ours = hash_of("0" * 64, 1, LINE, content_of(LINE))
    assert printed.decode().strip() == ours
    (shown,) = re.findall(
        "[0-9a-f]{64}", section(PAGE, "The audit proves itself").split("That prints")[1]
    )
    assert shown == ours

"""What `doctor` says of messages and dossiers on PostgreSQL."""

import asyncio
from collections.abc import Sequence

from sms_gateway.cases.embedded import standing_of
from sms_gateway.cli.findings import Finding, Level
from sms_gateway.domain.secret import Secret
from sms_gateway.store.opening import postgres

_WHAT = "messages"
_CASES = "cases"
_MISSING = "tables of this version are missing: run sms-gateway store migrate"
_NEWER = "the tables were made by a newer version; this one may still use them"


async def postgres_findings(url: Secret) -> Sequence[Finding]:
    """First whether it can be used, then what else is to be said of it.

    Raises:
        what opening it raises.
    """
    # Outside the loop, because files are read.
    dialect = await asyncio.to_thread(postgres)
    seen = await dialect.look(url)
    if seen.made < seen.known:
        return [Finding(Level.FAIL, _WHAT, _MISSING)]
    told = (
        f"PostgreSQL {seen.version}, {seen.mebibytes} MiB, {seen.connections} connections of ours"
    )
    findings = [Finding(Level.OK, _WHAT, told)]
    if seen.made > seen.known:
        findings.append(Finding(Level.WARN, _WHAT, _NEWER))
    for name, value in seen.unsafe.items():
        told = (
            f"the server has {name} = {value}: it may lose what telcos heard OK for; set it to on"
        )
        findings.append(Finding(Level.FAIL, _WHAT, told))
    return findings


async def case_findings(url: Secret) -> Sequence[Finding]:
    """First whether the dossiers' tables can be used, then what else is to be said of them.

    Raises:
        CaseTablesError: they cannot be read, or need other code.
    """
    standing = await standing_of(url)
    if standing.version < standing.known:
        return [Finding(Level.FAIL, _CASES, _MISSING)]
    findings = [Finding(Level.OK, _CASES, "the dossiers are on PostgreSQL")]
    if standing.version > standing.known:
        findings.append(Finding(Level.WARN, _CASES, _NEWER))
    return findings

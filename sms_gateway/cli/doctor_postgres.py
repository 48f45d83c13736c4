"""What `doctor` says of a message store on PostgreSQL."""

from collections.abc import Sequence

from sms_gateway.cli.findings import Finding, Level
from sms_gateway.domain.secret import Secret
from sms_gateway.store.opening import postgres

_WHAT = "messages"


async def postgres_findings(url: Secret) -> Sequence[Finding]:
    """First whether it can be used, then what else is to be said of it.

    Raises:
        what opening it raises.
    """
    seen = await postgres().look(url)
    if seen.made < seen.known:
        told = "tables of this version are missing: run sms-gateway store migrate"
        return [Finding(Level.FAIL, _WHAT, told)]
    told = (
        f"PostgreSQL {seen.version}, {seen.mebibytes} MiB, {seen.connections} connections of ours"
    )
    findings = [Finding(Level.OK, _WHAT, told)]
    if seen.made > seen.known:
        told = "the tables were made by a newer version; this one may still use them"
        findings.append(Finding(Level.WARN, _WHAT, told))
    for name, value in seen.unsafe.items():
        told = (
            f"the server has {name} = {value}: it may lose what telcos heard OK for; set it to on"
        )
        findings.append(Finding(Level.FAIL, _WHAT, told))
    return findings

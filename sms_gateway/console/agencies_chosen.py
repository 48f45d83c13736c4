"""Agencies that were ticked in a form, whose messages another system is to see."""

from sms_gateway.console.visit import Visit


def ticked(visit: Visit) -> tuple[str, ...]:
    """Codes of those there are that were ticked."""
    known = visit.desk.around.agencies
    return tuple(sorted(code for code in known if visit.form.has(f"agency.{code}")))


def chosen(visit: Visit) -> tuple[str, ...] | None:
    """The same; None where all were chosen, and what belongs to none."""
    return None if visit.form.get("scope") == "all" else ticked(visit)

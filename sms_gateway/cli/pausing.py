"""What `pause` and `resume` share."""

from urllib.parse import quote

from sms_gateway.cli.changing import RunningService, change, myself, open_commands
from sms_gateway.cli.opened import load_settings, require_store


def set_paused(name: str, *, paused: bool) -> str:
    """Pause or resume a door; its name.

    Raises:
        Fault, CommandError, LockHeldError, and what opening the store raises.
    """
    settings = load_settings()
    require_store(settings)
    act = "pause" if paused else "resume"

    def through(service: RunningService) -> str:
        answer = service.ask("POST", f"/doors/{quote(name[:_LONGEST], safe='')}/{act}")
        return str(answer["door"])

    async def directly() -> str:
        async with open_commands(settings) as commands:
            return await commands.set_paused(name, myself(), paused=paused)

    return change(settings, through, directly)


_LONGEST = 100

"""What the acts of the audit are called on its page, by their words."""

from collections.abc import Mapping
from typing import Final

from sms_gateway.console.languages import marked

ACTS: Final[Mapping[str, str]] = {
    "alarms.test": marked("sent a test to the people on call"),
    "audit.export": marked("took the audit log away as a file"),
    "audit.verify": marked("checked the chain of the audit"),
    "calendar.set": marked("set a day of the calendar"),
    "calendar.unset": marked("took back a day of the calendar"),
    "cases.import": marked("imported dossiers"),
    "citizen.erase": marked("began to erase a number"),
    "citizen.erased": marked("erased a number"),
    "citizen.export": marked("gave out what is kept of a number"),
    "complaint.close": marked("closed a complaint"),
    "complaint.open": marked("wrote down a complaint"),
    "door.drain": marked("drained a door"),
    "door.pause": marked("paused a door"),
    "door.resume": marked("let a door send again"),
    "hold.add": marked("kept something from the purge"),
    "hold.remove": marked("gave something back to the purge"),
    "key.rotate": marked("changed the key of numbers"),
    "message.answer": marked("answered by hand"),
    "message.handle": marked("marked a text as handled"),
    "message.look": marked("looked at a text"),
    "message.send": marked("sent a text by hand"),
    "message.unmask": marked("saw a full number"),
    "messages.generate": marked("made up texts for a trial"),
    "notices.confirm": marked("confirmed a rule of automatic messages"),
    "notices.drop": marked("dropped automatic messages"),
    "notices.release": marked("released automatic messages"),
    "reply.settle": marked("settled a reply"),
    "report.export": marked("took a report or a list away as a file"),
    "restore.hold": marked("held back what a restored copy would send"),
    "restore.release": marked("let go what a restored copy held"),
    "retention.purge": marked("purged by hand"),
    "retention.purged": marked("the nightly purge"),
    "staff.accept": marked("took up an invitation"),
    "staff.add": marked("added a person"),
    "staff.change": marked("changed what a person may do"),
    "staff.disable": marked("disabled a person"),
    "staff.enable": marked("enabled a person"),
    "staff.invite": marked("invited a person again"),
    "staff.password": marked("changed their own password"),
    "staff.revoke": marked("ended sessions"),
    "staff.sign_in": marked("signed in"),
    "staff.sign_in_failed": marked("was locked out after failed sign-ins"),
    "staff.sign_out": marked("signed out"),
    "staff.totp": marked("set up a second factor"),
    "store.copy": marked("copied the store"),
    "synonym.add": marked("added a word"),
    "synonym.remove": marked("removed a word"),
    "windows.add": marked("added an incident window"),
    "windows.announce": marked("announced an incident window"),
    "windows.cause": marked("gave late dossiers a cause"),
    "windows.hold": marked("held an announcement for release"),
    "windows.end": marked("ended an incident window"),
}
"""Those that are not here are shown as they are written."""

GROUPS: Final[Mapping[str, str]] = {
    "message.": marked("messages: all acts"),
    "staff.": marked("staff: all acts"),
    "door.": marked("doors: all acts"),
    "notices.": marked("automatic messages: all acts"),
    "retention.": marked("purges: all acts"),
}
"""Beginnings of several words."""

"""The command line, one command per file; `sms-gateway` and `python -m sms_gateway` begin here.

What enters: words on a command line. What leaves: text or JSON on standard output, one line on
standard error where something is wrong, and a status: 0 done, 1 not done, 2 not understood.
Commands that only look read the databases beside a running service; commands that change
something go through it by its local socket.
"""

from sms_gateway.cli.group import Entry, Root
from sms_gateway.cli.options import places

ENTRIES = {
    "serve": Entry("sms_gateway.cli.serve:serve", "Run the gateway until it is stopped."),
    "init": Entry("sms_gateway.cli.init:init", "Make the data folder, its key and databases."),
    "cases": Entry("sms_gateway.cli.cases:cases", "Fill the case directory, and look into it."),
    "ask": Entry("sms_gateway.cli.ask:ask", "Show the answer to a text; send nothing."),
    "parse": Entry("sms_gateway.cli.parse:parse", "Show how a text is understood."),
    "keywords": Entry(
        "sms_gateway.cli.keywords:keywords",
        "Look after words that mean what a word of keywords.toml means.",
    ),
    "replay": Entry(
        "sms_gateway.cli.replay:replay", "Read past texts by today's rules; show what would change."
    ),
    "messages": Entry("sms_gateway.cli.messages:messages", "List citizens' texts, newest first."),
    "message": Entry("sms_gateway.cli.message:message", "Show all that happened to one message."),
    "settle": Entry(
        "sms_gateway.cli.settle:settle", "Say what became of an uncertain or held reply."
    ),
    "handled": Entry("sms_gateway.cli.handled:handled", "Say that a parked text was handled."),
    "reports": Entry("sms_gateway.cli.reports:reports", "List delivery reports, newest first."),
    "report": Entry("sms_gateway.cli.report:report", "Make the tables that an office signs."),
    "billing": Entry("sms_gateway.cli.billing:billing", "Hold charges against those of the telco."),
    "refused": Entry(
        "sms_gateway.cli.refused:refused",
        "List calls that could not be read; show what was kept of one.",
    ),
    "alarms": Entry(
        "sms_gateway.cli.alarms:alarms", "List what was wrong with the gateway itself; send a test."
    ),
    "notices": Entry(
        "sms_gateway.cli.notices:notices", "Look after automatic messages to citizens."
    ),
    "calendar": Entry(
        "sms_gateway.cli.calendar:calendar", "Look after the days on which the offices work."
    ),
    "windows": Entry(
        "sms_gateway.cli.windows:windows", "Look after incidents, planned outages and their causes."
    ),
    "staff": Entry("sms_gateway.cli.staff:staff", "Look after the people of the console."),
    "api-tokens": Entry(
        "sms_gateway.cli.api_tokens:api_tokens", "Look after the tokens of other systems."
    ),
    "webhooks": Entry(
        "sms_gateway.cli.webhooks:webhooks", "Look after other systems that are told of messages."
    ),
    "audit": Entry("sms_gateway.cli.audit:audit", "Look at who did what, and verify it."),
    "citizen": Entry(
        "sms_gateway.cli.citizen:citizen",
        "Give citizens what is kept of their number, or erase it.",
    ),
    "complaints": Entry(
        "sms_gateway.cli.complaints:complaints", "Look after complaints and their due dates."
    ),
    "purge": Entry(
        "sms_gateway.cli.purge:purge", "Take away what is older than the settings keep."
    ),
    "hold": Entry("sms_gateway.cli.hold:hold", "Keep texts from being purged."),
    "replies": Entry("sms_gateway.cli.replies:replies", "Look at the wording of replies."),
    "poster": Entry(
        "sms_gateway.cli.poster:poster", "Make a poster, or a card for a receipt, with a QR code."
    ),
    "store": Entry("sms_gateway.cli.store:store", "Look after the message store as a database."),
    "show-config": Entry(
        "sms_gateway.cli.show_config:show_config", "List the settings and where they came from."
    ),
    "doctor": Entry("sms_gateway.cli.doctor:doctor", "Check this installation."),
    "backup": Entry("sms_gateway.cli.backup:backup", "Copy the databases into one file."),
    "restore": Entry("sms_gateway.cli.restore:restore", "Put a backup in place of lost databases."),
    "keys": Entry("sms_gateway.cli.keys:keys", "Look after the keys of the number hashes."),
    "replica": Entry(
        "sms_gateway.cli.replica:replica", "Keep a second copy of the databases, by Litestream."
    ),
    "generate": Entry(
        "sms_gateway.cli.generate:generate", "Make up dossiers and messages, for measuring."
    ),
    "doors": Entry("sms_gateway.cli.doors:doors", "List the doors to telcos, and how they do."),
    "door": Entry("sms_gateway.cli.door:door", "Try the ways in and out of one door."),
    "smsc": Entry("sms_gateway.cli.smsc:smsc", "Play a telco's SMSC, for trying out."),
    "pause": Entry("sms_gateway.cli.pause:pause", "Hold back what a door would send."),
    "resume": Entry(
        "sms_gateway.cli.resume:resume",
        "Let a paused door send again, or what a restore holds back.",
    ),
}
"""Every command: where it lies, and what it does."""

main = places(
    Root(
        "sms-gateway",
        ENTRIES,
        "Citizens text a receipt number and read the state of their dossier.\n\n"
        "Begin with `sms-gateway init --samples`, then `sms-gateway serve`.",
    )
)
"""The whole command line."""

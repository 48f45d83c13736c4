"""What the page of the staff says of permissions, and of why something was not done."""

from collections.abc import Mapping
from typing import Final

from sms_gateway.access import WhyNot
from sms_gateway.console.languages import marked
from sms_gateway.domain.staff import Permission

PERMITTED: Final[Mapping[Permission, str]] = {
    Permission.OWN_ACCOUNT: marked("Change one's own password and second factor."),
    Permission.READ_MESSAGES: marked("Read texts and replies, with numbers masked."),
    Permission.READ_DOSSIERS: marked("Look at a dossier and its states."),
    Permission.READ_NOTICES: marked("Look at automatic messages and what is held of them."),
    Permission.READ_TEMPLATES: marked("Look at the wording of replies."),
    Permission.READ_REPORTS: marked("Look at reports and figures."),
    Permission.READ_DOORS: marked("See how the doors to the telcos do."),
    Permission.UNMASK: marked("See a full phone number, for a reason that is written down."),
    Permission.ANSWER: marked("Answer by hand, and mark texts as handled."),
    Permission.SETTLE: marked("Say what became of a reply that is uncertain or held."),
    Permission.READ_CITIZENS: marked("Look at all texts of one number, and its preferences."),
    Permission.COMPLAINTS: marked("Write down complaints and answer them."),
    Permission.EXPORT: marked("Export lists, with numbers masked."),
    Permission.READ_RAW: marked("See a text exactly as the telco brought it."),
    Permission.READ_AUDIT: marked("Read who did what."),
    Permission.READ_SYSTEM: marked("See how the gateway itself does."),
    Permission.EXPORT_UNMASKED: marked("Export lists with full numbers."),
    Permission.CHANGE_CITIZENS: marked("Block a number, and give its budget back."),
    Permission.CHANGE_RULES: marked("Change which words are understood."),
    Permission.CHANGE_TEMPLATES: marked("Change the wording of replies."),
    Permission.DECIDE_NOTICES: marked("Release or drop automatic messages that are held."),
    Permission.CHANGE_DOORS: marked("Pause, test and drain a door."),
    Permission.MANAGE_STAFF: marked("Add people, and say what they may do."),
    Permission.MANAGE_TOKENS: marked("Let other systems in, and lock them out."),
    Permission.ERASE: marked("Erase what is kept of a citizen."),
}
"""A test looks that none is missing."""

NOT_DONE: Final[Mapping[WhyNot, str]] = {
    WhyNot.MALFORMED_LOGIN: marked(
        "A name to sign in with has 1 to 64 of a-z, 0-9, dot, dash and underscore."
    ),
    WhyNot.MALFORMED_NAME: marked("Say how the person is called, in 1 to 100 characters."),
    WhyNot.LOGIN_TAKEN: marked("Somebody signs in with that name already: choose another one."),
    WhyNot.NO_SUCH_PERSON: marked("Nobody signs in with that name."),
    WhyNot.DISABLED: marked("This person is disabled: enable them first."),
    WhyNot.LAST_ADMINISTRATOR: marked(
        "This is the last administrator of all agencies: first make somebody else one."
    ),
    WhyNot.NOT_LINKED: marked("This person is not linked to the sign-in service."),
    WhyNot.UNKNOWN_AGENCY: marked("One of these agencies is not in agencies.toml any more."),
}

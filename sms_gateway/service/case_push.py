"""Where the one-stop software sends dossiers."""

from sms_gateway.cases.embedded import EmbeddedDirectory
from sms_gateway.cases.embedded.learning import PUSH
from sms_gateway.cases.embedded.pushed import PushedCases
from sms_gateway.cases.embedded.upload import rules_of_file
from sms_gateway.domain.numbers import Hasher
from sms_gateway.enquiry.rules import Rules
from sms_gateway.settings import Settings, load_states
from sms_gateway.web.case_access import CaseAccess
from sms_gateway.web.case_push import CasePushHandler
from sms_gateway.web.webhooks import Shell


def wire_push(
    settings: Settings, directory: EmbeddedDirectory, rules: Rules, hasher: Hasher, shell: Shell
) -> CasePushHandler | None:
    """What takes dossiers; None where nobody may send them.

    Raises:
        SettingsError: a secret is none that can sign, or `states.toml` cannot be used.
    """
    push = settings.cases.push
    if not push.on:
        return None
    states = load_states(settings.states).of(PUSH)
    cases = PushedCases(directory, rules_of_file(rules, hasher, states))
    return CasePushHandler(cases, CaseAccess(push), shell, push.timeout_s)

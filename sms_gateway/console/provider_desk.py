"""What the sign-in page knows of the provider."""

from dataclasses import dataclass

from sms_gateway.access import comes_by_provider
from sms_gateway.console.languages import PageLanguage
from sms_gateway.oidc import Provider, Refusal
from sms_gateway.seldom import Seldom
from sms_gateway.settings.oidc import Oidc


@dataclass(frozen=True, slots=True)
class ProviderDesk:
    """The provider that staff may sign in by.

    Attributes:
        provider: see there.
        settings: the texts of the button, and whether passwords count as well.
        seldom: who is not signed in may have us ask the provider, as often as they like.
    """

    provider: Provider
    settings: Oidc
    seldom: Seldom

    def alone(self, login: str) -> bool:
        """Whether somebody comes in by the provider alone."""
        return comes_by_provider(login, passwords=self.settings.passwords)

    async def sign_out_address(self, state: str, language: PageLanguage) -> str:
        """Where a browser is sent to be signed out there too; empty where settings want it not.

        Empty as well where the provider has no such place, or does not answer.
        """
        if not self.settings.sign_out:
            return ""
        address = await self.provider.sign_out_address(state, language)
        return "" if isinstance(address, Refusal) else address

    def button(self, language: PageLanguage) -> str:
        """What the button says."""
        english = language is PageLanguage.EN
        return self.settings.button_en if english else self.settings.button_vi

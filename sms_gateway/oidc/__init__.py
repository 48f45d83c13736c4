"""The provider by which staff sign in: OpenID Connect, code flow with PKCE.

In comes what a browser brings back from it, out goes who that is, or a word that says why not. Who
may sign in here is no matter of this room, and cookies and pages are none either.
"""

from sms_gateway.oidc.provider import Provider
from sms_gateway.oidc.values import OWN_FAULT, Brought, Flow, Refusal

__all__ = ["OWN_FAULT", "Brought", "Flow", "Provider", "Refusal"]

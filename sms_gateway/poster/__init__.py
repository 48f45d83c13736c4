"""What is printed so that citizens know how to ask: an A4 poster, and a card for each receipt.

What enters: the words of this office, as values. What leaves: SVG, or HTML that prints it.
"""

from sms_gateway.poster.sheet import Invitation, as_html, card, poster

__all__ = ["Invitation", "as_html", "card", "poster"]

"""The telco's own templates: our reply's name to its id, and its parameters in their order."""

from collections.abc import Callable, Mapping

from msgspec import Raw

from sms_gateway.channels.http import settings as s
from sms_gateway.described.body import Value, Vocabulary, compile_body
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import Rejected
from sms_gateway.enquiry.templates import TEMPLATES
from sms_gateway.settings import SettingsError
from sms_gateway.settings.decode import advice

_ITEM = Vocabulary(("n", "name", "value"))


class Templates:
    """Fills `{template_id}` and `{params}`."""

    def __init__(
        self,
        templates: Mapping[str, s.RegisteredTemplate],
        item: str,
        clean: Callable[[str], str],
        at: str,
    ) -> None:
        """Read the settings.

        Args:
            templates: our template's name to the telco's.
            item: JSON template of one entry of `{params}`.
            clean: takes out of a value what this telco must not get.
            at: dotted key of `outbound`, named in errors.

        Raises:
            SettingsError: they cannot be used.
        """
        if item and not templates:
            msg = f"{at}.param_item: only wanted with templates; remove it"
            raise SettingsError(msg)
        for name, template in templates.items():
            _check(name, template, f"{at}.templates.{name}")
        self._templates = templates
        self._clean = clean
        self._item = compile_body("json", item, _ITEM, f"{at}.param_item") if item else None

    def __bool__(self) -> bool:
        return bool(self._templates)

    @property
    def names(self) -> tuple[str, ...]:
        """The placeholders that it fills, besides `{params}`."""
        return ("template_id",) if self._templates else ()

    @property
    def lists_params(self) -> bool:
        """Whether `{params}` may be written."""
        return self._item is not None

    def values(self, message: MobileTerminated) -> Mapping[str, Value] | Rejected:
        """What the placeholders say; a rejection where the telco cannot have the message.

        A parameter without a value would send a citizen a text with a hole in it.
        """
        template = self._templates.get(message.template)
        if template is None:
            return Rejected("no template registered", permanent=True, asked=False)
        if any(name not in message.params for name in template.params):
            why = "no value for a parameter of the template"
            return Rejected(why, permanent=True, asked=False)
        values: dict[str, Value] = {"template_id": template.id}
        if self._item is not None:
            entries = [
                self._item.render(
                    {"n": str(n), "name": name, "value": self._clean(message.params[name])}
                )
                for n, name in enumerate(template.params, start=1)
            ]
            values["params"] = Raw(b"[" + b",".join(entries) + b"]")
        return values


def _check(name: str, template: s.RegisteredTemplate, at: str) -> None:
    """A slip in a name would be found by citizens: each of their replies would fail."""
    if name not in TEMPLATES:
        msg = f"{at}: no such reply; {advice(name, list(TEMPLATES))}"
        raise SettingsError(msg)
    for param in template.params:
        if param not in TEMPLATES[name]:
            msg = f"{at}.params: no such parameter {param}; {advice(param, list(TEMPLATES[name]))}"
            raise SettingsError(msg)

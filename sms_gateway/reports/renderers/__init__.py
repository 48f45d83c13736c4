"""What turns a document into a file: one module for each form, imported when it is wanted."""

import enum
from importlib import import_module
from typing import cast

from sms_gateway.reports.document import Document


class Form(enum.StrEnum):
    """The forms."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


class FormMissingError(Exception):
    """A form needs a package that is not installed; the message says which."""


def render(document: Document, form: Form) -> bytes:
    """The document in one of the forms, text in UTF-8.

    Raises:
        FormMissingError: what it needs is not installed.
    """
    try:
        module = import_module(f"{__name__}.as_{form}")
    except ModuleNotFoundError as error:
        if error.name != "xlsxwriter":
            raise
        message = "XLSX needs one package more: pip install 'sms-gateway[xlsx]'"
        raise FormMissingError(message) from error
    return cast("bytes", module.render(document))

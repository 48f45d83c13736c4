"""The end of the audit's chain goes into the journal, from one node, once a day."""

import asyncio

import pytest
from structlog.testing import capture_logs

from sms_gateway.domain.audit_chain import Head
from sms_gateway.domain.audit_trail import AuditFilter, AuditRow
from sms_gateway.ports import StoreDownError
from sms_gateway.service.audited import LOOK_S, STEP, TELL_S, AuditWatch
from tests.virtual_time import VirtualTime

"""A recipient list in, its numbers and a sketch out; no address stays."""

from features.lists.errors import ListTooLarge, NoEmailColumn, UnreadableList
from features.lists.fit import fit_numbers
from features.lists.limits import ScanLimits
from features.lists.mailable import DomainSample, no_mail_share
from features.lists.numbers import NUMBERS
from features.lists.platform import SharedWith, platform_numbers
from features.lists.scan import ListScan, scan
from features.lists.sketch import Containment, containment, estimate_containment
from features.lists.slips import BadRow, Slip

__all__ = [
    "NUMBERS",
    "BadRow",
    "Containment",
    "DomainSample",
    "ListScan",
    "ListTooLarge",
    "NoEmailColumn",
    "ScanLimits",
    "SharedWith",
    "Slip",
    "UnreadableList",
    "containment",
    "estimate_containment",
    "fit_numbers",
    "no_mail_share",
    "platform_numbers",
    "scan",
]

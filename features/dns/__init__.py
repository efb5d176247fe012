"""What a sending domain publishes in DNS, judged: findings in words and the records that mend them.

Nothing here asks DNS. A check is a generator that yields `Question`s and is sent `Answer`s, so
that the same judgement runs on a live resolver, on a cache and on a table in a test.
"""

from features.dns.check import DomainReport, check_domain
from features.dns.finding import Finding, PublishRecord, Severity
from features.dns.presence import takes_mail
from features.dns.questions import Answer, Question, RecordType, Setup, answered

__all__ = [
    "Answer",
    "DomainReport",
    "Finding",
    "PublishRecord",
    "Question",
    "RecordType",
    "Setup",
    "Severity",
    "answered",
    "check_domain",
    "takes_mail",
]

"""Whether what went out looks like a random sample of the campaign's list, by mailbox provider.

Senders are asked to pick recipients at random. A sorted list, or a sample picked to look good, shows
its first providers only; its few bounces then prove nothing about the rest.
"""

import math
from collections.abc import Mapping

import msgspec

REST = ""
LEAST_MAILS = 100
# Shares may differ by so much in all, for provider names and lists are never quite alike.
FAR = 0.2
# The chance of calling a random sample unlike its list; it is looked at with every ask.
_Z = 4.75
_STRANGE = 0.1
_LEAST_EXPECTED = 5.0


class SampleCheck(msgspec.Struct, frozen=True, kw_only=True):
    """`distance`: half the sum of the differences of shares, in [0, 1], over `mails` that are told apart."""

    mails: int
    distance: float
    like_list: bool


def check_sample(list_mix: Mapping[str, int], sample_mix: Mapping[str, int]) -> SampleCheck | None:
    """Compare recipients handed over by provider with the list; None where nothing can be said.

    `list_mix` names the largest providers and counts the rest under `REST`. Pipelines have names of
    their own: where more of the sample than of the list is at providers that the list does not
    name, nothing is said.
    """
    names = sorted(set(list_mix) - {REST})
    of_list, everywhere = sum(list_mix[name] for name in names), sum(list_mix.values())
    mails, sampled = sum(sample_mix.get(name, 0) for name in names), sum(sample_mix.values())
    if len(names) < 2 or mails < LEAST_MAILS:
        return None
    if 1 - mails / sampled > 1 - of_list / everywhere + _STRANGE:
        return None
    distance, statistic, cells = 0.0, 0.0, 0
    for name in names:
        expected = mails * list_mix[name] / of_list
        seen = sample_mix.get(name, 0)
        distance += abs(seen - expected) / mails / 2
        if expected >= _LEAST_EXPECTED:
            statistic += (seen - expected) ** 2 / expected
            cells += 1
    unlike = distance > FAR and cells >= 2 and _normal(statistic, cells - 1) > _Z
    return SampleCheck(mails=mails, distance=round(distance, 4), like_list=not unlike)


def _normal(chi_square: float, freedom: int) -> float:
    """Return the standard normal quantile of a chi-square value (Wilson and Hilferty, 1931)."""
    width = 2 / (9 * freedom)
    return (math.cbrt(chi_square / freedom) - (1 - width)) / math.sqrt(width)

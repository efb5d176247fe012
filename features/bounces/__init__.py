"""Bounces: what a mail server said, read and put into a closed set of classes."""

from features.bounces.classes import BounceClass, BounceKind, Signal, Verdict, event_type_of
from features.bounces.classify import classify

__all__ = ["BounceClass", "BounceKind", "Signal", "Verdict", "classify", "event_type_of"]

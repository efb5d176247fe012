"""The challenger scores live traffic beside the champion, off the answer path.

An answer hands its question over and goes on: a queue of bounded length takes it or it is dropped and
counted. One thread scores and stores, some hundred at a time. A challenger that cannot score is set
aside with the reason until another one takes its place; nothing of it ever reaches an answer.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from models.bundle import Bundle
from models.decide import Beside, Question, VectorMismatch, judge_beside
from models.decision import Decision
from models.policy.policy import Policy
from service.errors import Unavailable
from service.live import Source
from service.stores.contract import ModelShadow, Store

LOG: Final = logging.getLogger(__name__)
MOST_WAITING: Final = 2_000
_AT_ONCE: Final = 200
_IDLE_S: Final = 0.25
# What a bundle can raise on a row: a fault of the challenger's, not of the decision's.
_FAULTS: Final = (
    VectorMismatch, ValueError, TypeError, LookupError, ArithmeticError, AttributeError,
    RuntimeError,
)  # fmt: skip
_CLOSING_S: Final = 10.0


@dataclass(frozen=True)
class _Asked:
    question: Question
    decision: Decision
    policy: Policy


@dataclass
class ShadowModel:
    """Scores beside the champion with what `challenger` holds; None: there is none now."""

    store: Store
    challenger: Source[Bundle | None]
    sleep: Callable[[float], None] = time.sleep
    dropped: int = 0
    scored: int = 0
    set_aside: dict[str, str] = field(default_factory=dict)
    _waiting: "queue.Queue[_Asked | None]" = field(
        default_factory=lambda: queue.Queue(MOST_WAITING)
    )
    _thread: threading.Thread | None = None
    _one: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, question: Question, decision: Decision, policy: Policy) -> None:
        """Take a decided question over. Never waits and never raises."""
        challenger = self.challenger.current()
        if challenger is None or question.row is None or challenger.version in self.set_aside:
            return
        try:
            self._waiting.put_nowait(_Asked(question, decision, policy))
        except queue.Full:
            self.dropped += 1
            return
        self._begin()

    def close(self) -> None:
        """Score what waits, and end the thread."""
        with self._one:
            thread, self._thread = self._thread, None
        if thread is None or not thread.is_alive():
            return
        try:
            self._waiting.put(None, timeout=_CLOSING_S)
        except queue.Full:
            LOG.error("what waited for the challenger is left unscored")
        thread.join(_CLOSING_S)

    def _begin(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            with self._one:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(
                        target=self._run, name="shadow-model", daemon=True
                    )
                    self._thread.start()

    def _run(self) -> None:
        while True:
            first = self._waiting.get()
            batch, ended = self._batch(first)
            self._store(batch)
            if ended:
                return
            # Gathers what comes meanwhile: one transaction for many decisions.
            self.sleep(_IDLE_S)

    def _batch(self, first: _Asked | None) -> tuple[list[_Asked], bool]:
        batch: list[_Asked] = []
        asked = first
        while asked is not None:
            batch.append(asked)
            if len(batch) == _AT_ONCE:
                return batch, False
            try:
                asked = self._waiting.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _store(self, batch: list[_Asked]) -> None:
        challenger = self.challenger.current()
        if challenger is None:
            return
        rows = [row for asked in batch if (row := self._scored(challenger, asked)) is not None]
        if not rows:
            return
        try:
            self.store.add_model_shadows(rows)
            self.scored += len(rows)
        except Unavailable:
            self.dropped += len(rows)

    def _scored(self, challenger: Bundle, asked: _Asked) -> ModelShadow | None:
        decision = asked.decision
        if challenger.version in self.set_aside or challenger.version == decision.model_version:
            return None
        try:
            beside = judge_beside(asked.question, challenger, asked.policy)
        except _FAULTS as fault:
            self.set_aside[challenger.version] = f"{type(fault).__name__}: {fault}"[:300]
            LOG.error("challenger %s is set aside: %s", challenger.version, type(fault).__name__)
            return None
        return _row(decision, challenger.version, beside)


def _row(decision: Decision, version: str, beside: Beside) -> ModelShadow:
    return ModelShadow(
        decision_id=decision.decision_id,
        challenger=version,
        champion=decision.model_version,
        account_id=decision.account_id,
        subject=decision.subject.type.value,
        as_of=decision.as_of,
        live=decision.action,
        draft=beside.action,
        live_risk=decision.risk,
        draft_risk=beside.scores.risk,
    )

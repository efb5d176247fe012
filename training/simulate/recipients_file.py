"""Writes recipients/<campaign>.npz: the fixed fate of each recipient (world.md)."""

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.simulate.outcomes import Fates


def write_recipients(path: Path, line: npt.NDArray[np.int64], fates: Fates) -> None:
    """Write the npz that world.md describes."""
    file = io.BytesIO()
    np.savez(
        file,
        row=line.astype(np.int32),
        p_hard=fates.p_hard.astype(np.float32),
        p_complaint=fates.p_complaint.astype(np.float32),
        outcome=fates.outcome.astype(np.int8),
        delay=fates.delay.astype(np.int32),
        complaint=fates.complaint.astype(np.int8),
        complaint_delay=fates.complaint_delay.astype(np.int32),
        open_delay=fates.open_delay.astype(np.int32),
        click_delay=fates.click_delay.astype(np.int32),
        unsub_delay=fates.unsub_delay.astype(np.int32),
        fbl=fates.fbl.astype(np.int8),
    )
    path.write_bytes(file.getbuffer())

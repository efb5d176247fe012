"""The letter model: what it flags, and that its table is what its sources give."""

import gzip
import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest

import features.lists
from features.lists.letters import fit_pairs, is_gibberish, name_bits

FOLDER = Path(features.lists.__path__[0])
PEOPLE = [
    "john.smith", "jsmith84", "katharina.mueller", "s.lehmann", "giulia_rossi", "wojciech.kowalski",
    "priya.krishnan", "tanaka.hiroshi", "nguyen.linh", "oluwaseun", "mehmet.yilmaz", "lars-erik",
    "sunnygirl77", "info", "xiaoming88", "jan.novak", "d.papadopoulos", "jürgen.köhler", "ann",
]  # fmt: skip
MACHINES = [
    "xqzvkjw", "k3j9xq2", "qwrtpsdfg", "zxcvbnmkj", "a8f3e91c07bd", "vbxkqjzw+news", "hgfjkqwx.zpwq",
    "x7k2m9p4", "0f9a8b7c6d",
]  # fmt: skip


@pytest.mark.parametrize("local", PEOPLE)
def test_people_pass(local: str) -> None:
    assert not is_gibberish(local)


@pytest.mark.parametrize("local", MACHINES)
def test_machines_are_flagged(local: str) -> None:
    assert is_gibberish(local)


def test_most_random_letters_are_flagged() -> None:
    rng = random.Random(1)
    drawn = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=10)) for _ in range(1_000)]
    assert sum(map(is_gibberish, drawn)) > 800


def test_evidence_adds_up() -> None:
    assert name_bits("anna") > 0 > name_bits("xqzv")


@pytest.mark.corpus
def test_the_shipped_table_is_what_its_sources_give(corpus_dir: Path) -> None:
    found: Counter[str] = Counter()
    with gzip.open(corpus_dir / "content" / "spamassassin.jsonl.gz", "rt") as file:
        for line in file:
            mail = json.loads(line)
            if mail["label"] == "ham":
                body = mail["raw"].partition("\n\n")[2].lower()
                found.update(re.findall(r"(?<![a-z])[a-z]{3,20}(?![a-z])", body))
    words = (word for word, n in found.items() if n >= 3)
    names = (FOLDER / "names.txt").read_text("ascii").split()
    shipped = (FOLDER / "letters.txt").read_text("ascii").split()
    assert fit_pairs(words, names).ravel().tolist() == [int(value) for value in shipped]


@pytest.mark.corpus
def test_real_senders_are_seldom_flagged(corpus_dir: Path) -> None:
    """On corpora that the table was not counted on."""
    senders = set()
    for name in ("trec07p_first_half", "list_kasan_dev"):
        with gzip.open(corpus_dir / "content" / f"{name}.jsonl.gz", "rt") as file:
            for line in file:
                mail = json.loads(line)
                if mail["label"] == "ham":
                    header = re.search(r"(?mi)^from:.*?([\w.+-]+)@", mail["raw"])
                    senders |= {header[1].lower()} if header else set()
    assert len(senders) > 500
    assert sum(map(is_gibberish, senders)) < 0.02 * len(senders)

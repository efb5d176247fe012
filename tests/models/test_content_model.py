import io
import math
import zipfile

import numpy as np
import pytest

from features.content import analyse, message_from_parts
from features.content.terms import checks_of
from models.content import TextModel, TextModelRefused
from models.registry import read_text_model

WEIGHTS = {
    "password": (2.0, 3.0),
    "winner": (2.0, -3.0),
    "newsletter": (-2.0, 0.0),
    **dict.fromkeys(["one", "two", "three", "four", "five", "six", "seven"], (0.0, 0.0)),
}


def model(**changes):
    by_key = dict(zip(checks_of([*WEIGHTS]).tolist(), WEIGHTS.values(), strict=True))
    keys = np.array(sorted(by_key), np.uint32)
    arrays = {
        "keys": keys,
        "weights": np.array([by_key[int(key)] for key in keys], np.int8),
        "scale": np.array([1.0, 1.0]),
        "calibration": np.array([[1.0, 0.0], [1.0, 0.0]]),
        "norm": np.array([1.0, 0.0]),
        "blocks": np.array([50.0, 0.0, 1.0]),
        "abstain": np.array([3.0, 2.0, 0.5]),
    }
    return TextModel(**{**arrays, **changes})


def judge(text, **changes):
    return model(**changes).judge(analyse(message_from_parts("a@b.com", text=text)))


def test_probabilities_follow_the_weights():
    phish = judge("one two three password")
    assert phish.judged
    assert phish.malicious == pytest.approx(1 / (1 + math.exp(-2)) / (1 + math.exp(-3)))
    assert phish.wanted == pytest.approx(1 / (1 + math.exp(2)))
    assert phish.malicious + phish.unsolicited + phish.wanted == pytest.approx(1)
    assert judge("one two three winner").unsolicited > 0.8
    assert judge("one two three newsletter").wanted > 0.8


def test_unknown_words_are_neutral():
    assert judge("one two three four").wanted == pytest.approx(0.5)
    assert judge("one two three four unknown strange").wanted == pytest.approx(0.5)


def test_unknown_words_dilute():
    norm = np.array([1.0, 0.5])
    plain = judge("one two three password", norm=norm)
    longer = judge("one two three password four unknown strange words", norm=norm)
    assert 0.5 < longer.malicious + longer.unsolicited < plain.malicious + plain.unsolicited


def test_evidence_speaks_for_both_sides():
    found = {e.term: e.weight for e in judge("one two password newsletter three").evidence}
    assert found == {"password": 2.0, "newsletter": -2.0}


@pytest.mark.parametrize(
    "text",
    ["", "one two", "alpha beta gamma delta one two password", "12 34 56 78 90", "https://a.com/ https://b.com/"],
)  # fmt: skip
def test_abstains_where_there_is_too_little_to_read(text):
    judgement = judge(text)
    assert not judgement.judged
    assert math.isnan(judgement.malicious)
    assert judgement.numbers["content_text_judged"] == 0.0
    assert math.isnan(judgement.numbers["content_text_wanted"])


def test_round_trip_is_byte_equal():
    data = model().to_bytes()
    again = TextModel.from_bytes(data)
    assert again.to_bytes() == data
    assert again.weights.tolist() == model().weights.tolist()


def without(data, name):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            if member != f"{name}.npy":
                new.writestr(member, old.read(member))
    return out.getvalue()


def pickled():
    out = io.BytesIO()
    np.savez(out, **{**vars(model()), "format": np.array(1), "keys": np.array([{}], dtype=object)})
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a zip",
        model().to_bytes()[:200],
        without(model().to_bytes(), "keys"),
        pickled(),
        model(keys=model().keys[::-1].copy()).to_bytes(),
        model(scale=np.array([1.0, np.nan])).to_bytes(),
        model(weights=model().weights[:2]).to_bytes(),
        model(weights=model().weights.astype(np.int16)).to_bytes(),
        b"x" * (17 * 2**20),
    ],
    ids=[
        "empty",
        "text",
        "truncated",
        "incomplete",
        "pickled",
        "unsorted",
        "nan",
        "short",
        "int16",
        "huge",
    ],
)
def test_what_is_no_text_model_is_refused(data):
    with pytest.raises(TextModelRefused):
        TextModel.from_bytes(data)


def test_shipped_artefact_is_small_and_reads():
    data = read_text_model()
    assert data is not None
    assert len(data) <= 2 * 2**20
    assert len(TextModel.from_bytes(data).keys) > 10_000


def test_a_loud_part_is_not_washed_out_by_the_rest():
    loud = "one two three four five six seven winner"
    rest = " ".join(f"filler{'abcdefghij'[i % 10]}{'abcdefghij'[i // 10]}" for i in range(60))
    settings = {"norm": np.array([1.0, 0.5]), "abstain": np.array([3.0, 2.0, 0.0])}
    whole = judge(f"{loud} {rest} newsletter", blocks=np.array([8.0, 1.0, 1000.0]), **settings)
    parts = judge(f"{loud} {rest} newsletter", blocks=np.array([8.0, 1.0, 0.01]), **settings)
    assert whole.wanted == pytest.approx(0.5, abs=0.01)
    assert parts.wanted < 0.4
    assert {e.term for e in parts.evidence} == {"winner", "newsletter"}

"""Column-wise AES-CMAC against the examples of RFC 4493 and the library's own, one by one."""

import numpy as np
import numpy.typing as npt
import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given
from hypothesis import strategies as st

from features.cmac import ColumnMac
from features.hashing import AddressHasher

KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
MESSAGE = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
# RFC 4493, 4: the first 8 bytes of the MACs of so many bytes of the message.
EXAMPLES = {0: "bb1d6929e9593728", 16: "070a16b46b4d4144", 40: "dfa66747de9ae630", 64: "51f0bebf7e3b9d92"}  # fmt: skip


def words(key: bytes, texts: list[bytes]) -> npt.NDArray[np.int64]:
    data = np.frombuffer(b"".join(texts), dtype=np.uint8)
    return ColumnMac(key).first_words(data, np.cumsum([len(t) for t in texts], dtype=np.int64))


def one_by_one(key: bytes, text: bytes) -> int:
    state = CMAC(AES(key))
    state.update(text)
    return int.from_bytes(state.finalize()[:8], "big", signed=True)


def test_examples_of_the_standard() -> None:
    found = words(KEY, [MESSAGE[:size] for size in EXAMPLES])
    assert found.astype(">i8").tobytes().hex() == "".join(EXAMPLES.values())


@given(
    texts=st.lists(st.binary(max_size=300), max_size=30), key=st.binary(min_size=32, max_size=32)
)
def test_a_column_is_as_its_texts_one_by_one(texts: list[bytes], key: bytes) -> None:
    assert words(key, texts).tolist() == [one_by_one(key, text) for text in texts]


def test_addresses_are_hashed_trimmed_in_lower_case_and_by_the_key() -> None:
    first, second = AddressHasher(b"k" * 16), AddressHasher(b"l" * 16)
    assert first(" Ann@B.com ") == first("ann@b.com") != second("ann@b.com")


def test_the_hash_stays_what_stored_sketches_hold() -> None:
    assert AddressHasher(b"k" * 16)("ann@b.com") == -1_200_982_565_859_605_040


@pytest.mark.parametrize("size", [15, 65])
def test_a_key_has_16_to_64_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="16 to 64 bytes"):
        AddressHasher(b"k" * size)

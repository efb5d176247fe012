"""The hash that an unknown name is verified against: no password has it, and it costs as much."""

import secrets

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from service.desk.sign_in import hash_of_nobody


def test_the_hash_of_nobody_is_verified_at_full_cost_and_fits_no_password() -> None:
    hasher = PasswordHasher()
    nobody = hash_of_nobody(hasher, secrets.token_bytes)
    assert extract_parameters(nobody) == extract_parameters(hasher.hash("some password"))
    assert nobody != hash_of_nobody(hasher, secrets.token_bytes)
    # Not `InvalidHashError`, which is told before anything is computed.
    with pytest.raises(VerifyMismatchError):
        hasher.verify(nobody, "some password")

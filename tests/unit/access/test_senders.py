import msgspec
import pytest

from cockpit.access.senders import Gitlab, Standard, Webhooks


def test_nobody_is_let_in_by_default():
    hooks = Webhooks()

    assert not any(
        getattr(getattr(hooks, name), field)
        for name in hooks.__struct_fields__
        for field in ("secret", "signing_secret", "token", "keys")
        if hasattr(getattr(hooks, name), field)
    )


@pytest.mark.parametrize("kind", [(Standard, "secret"), (Gitlab, "signing_secret")])
@pytest.mark.parametrize(
    ("secret", "fits"),
    [
        ("", True),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", True),
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", True),
        ("A" * 32 + "AA==", True),
        ("A" * 32 + "AAA=", True),
        ("whsec_", False),
        ("whsec_AAAA", False),
        ("A" * 33, False),
        ("A" * 32 + "\n", False),
        ("whsk_" + "A" * 32, False),
    ],
)
def test_a_key_to_sign_with_is_long_enough(kind, secret, fits):
    struct, field = kind
    try:
        msgspec.convert({field: secret}, struct)
    except msgspec.ValidationError:
        assert not fits
    else:
        assert fits

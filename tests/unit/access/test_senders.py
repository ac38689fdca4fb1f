from cockpit.access.senders import Webhooks


def test_nobody_is_let_in_by_default():
    hooks = Webhooks()

    assert not any(
        getattr(getattr(hooks, name), field)
        for name in hooks.__struct_fields__
        for field in ("secret", "signing_secret", "token", "keys")
        if hasattr(getattr(hooks, name), field)
    )

from cockpit.app.telegram_settings import Telegram


def test_by_default_nothing_is_set_but_where_telegram_is():
    assert Telegram() == Telegram(
        token="", api_url="https://api.telegram.org", webhook="", groups=()
    )

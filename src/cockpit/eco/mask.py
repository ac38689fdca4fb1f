"""Takes out of texts and mappings what looks like a credential. Pure, and in linear time."""

import re
from typing import Any

STARS = "***"
_BEYOND = 8 * 1024

_WORDS = (
    r"authorization|passw|passphrase|pwd|[_-]pass|secret|token|credential|session[_-]?id"
    r"|(?:api|private|access|account|shared)[_-]?key"
)
_NAME = re.compile(rf"{_WORDS}|cookie|signature|dsn\b", re.IGNORECASE)
# What stands after a name: texts in quotes, what is in brackets, or a word. Stars stay as they are.
_QUOTED = r"""b?(?:\"{3}(?:[^\"]|\"(?!\"\"))*(?:\"{3}|\Z)|'{3}(?:[^']|'(?!''))*(?:'{3}|\Z)"""
_QUOTED += r"""|\"[^\"\n]*\"|'[^'\n]*')"""
_VALUE = rf"(?:{_QUOTED}|\[[^\]\n]{{0,2000}}\]?|\{{[^}}\n]{{0,2000}}\}}?|[^\s,;&'\"]+)"
_SCHEME = r"(?:(?:basic|bearer|token)\s+)?"
_STARRED = rf"(?!{_SCHEME}[\"']?\*\*\*(?![^\s,;&'\")\]}}]))"
# `token=x`, `"password": "x"`, `Authorization: Basic x`, `Bearer x`, `--password x`: the name gives
# it away. Cookies, and an authorization of several parts, go up to the end of their line.
_NAMED = re.compile(
    rf"((?:{_WORDS})\w{{0,20}}+[\"']?\s{{0,9}}+[=:]\s{{0,9}}+{_STARRED}{_SCHEME}"
    rf"|\bsignature\w{{0,20}}+=\s{{0,9}}+{_STARRED}|\bbearer\s++{_STARRED}"
    rf"|--(?:(?:[\w-]{{0,30}}-)?(?:pass|password|passwd|token|secret)|(?:api|access|private)-key)"
    rf"\s{{1,9}}+(?!-){_STARRED}"
    rf")(?:(?:digest|aws4-hmac-sha256|negotiate|ntlm)\s[^\n]*|{_VALUE})",
    re.IGNORECASE,
)
_COOKIE = re.compile(
    rf"(cookie[\"']?\s{{0,9}}+[=:]\s{{0,9}}+{_STARRED})(?:{_QUOTED}|[^\n\"']+)", re.IGNORECASE
)
_NAMED_BY = (
    *("authorization", "pass", "pwd", "secret", "token", "key", "bearer", "credential", "session"),
    "signature",
)
# Their form gives these away: GitHub, GitLab, Slack, OpenAI and Stripe, AWS, Google, JWT, webhooks.
_KNOWN = re.compile(
    r"\b(?:gh[opsur]_\w{20,255}|github_pat_\w{20,255}|glpat-[\w-]{16,255}|xox[abprs]-[\w-]{10,255}"
    r"|(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,255}|AKIA[0-9A-Z]{16}"
    r"|AIza[\w-]{30,50}|eyJ[\w-]{8,4096}\.[\w-]{8,4096}\.[\w-]{0,1024}|whsec_[A-Za-z0-9+/=]{16,128})"
)
_KNOWN_BY = ("gh", "github_", "glpat", "xox", "k-", "k_", "AKIA", "AIza", "eyJ", "whsec_")
_TELEGRAM = re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{30,50}")
_URL = re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]{1,20}://)[^\s/@:\"']{0,128}:[^\s/@\"']{1,256}@")
_USER = re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]{1,20}://)(?=[^\s/@:]{0,256}\d)[\w.~%-]{20,256}@")
_PEM = re.compile(r"(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----).*?(-----END|\Z)", re.DOTALL)


def mask(text: str) -> str:
    """Return a text with stars for what looks like a credential; again changes nothing.

    Half characters, which no UTF-8 holds, are written as escapes: the text can be stored.
    """
    if not text.isascii():
        text = text.encode("utf-8", "backslashreplace").decode()
    # PERF: looking for a word is forty times faster than for a pattern, and most texts have none.
    if "-----BEGIN" in text:
        text = _PEM.sub(rf"\1{STARS}\2", text)
    if "://" in text:
        text = _USER.sub(rf"\1{STARS}@", _URL.sub(rf"\1{STARS}@", text))
    lower = text.lower()
    if "cookie" in lower:
        text = _COOKIE.sub(rf"\1{STARS}", text)
    if any(word in lower for word in _NAMED_BY):
        text = _NAMED.sub(lambda found: f"{found[1]}{STARS}", text)
    if any(word in text for word in _KNOWN_BY):
        text = _KNOWN.sub(STARS, text)
    return _TELEGRAM.sub(STARS, text)


def bounded(text: str, most: int) -> str:
    """Return the beginning of a text, masked first: half a credential is not known as one."""
    # PERF: what lies far beyond is not looked at.
    return mask(text[: most + _BEYOND])[:most]


def is_telling(name: str) -> bool:
    """Tell whether the name of a value says that it is a credential."""
    return _NAME.search(name) is not None


def masked(value: Any) -> Any:
    """Return a JSON-ready value without what looks like a credential, by key or by text."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {
            mask(str(name)): STARS if one and is_telling(str(name)) else masked(one)
            for name, one in value.items()
        }
    return [masked(one) for one in value] if isinstance(value, list | tuple) else value

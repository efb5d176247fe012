"""Reply codes (RFC 5321), enhanced status codes (RFC 3463) and SMTP commands in free text."""

import re
from dataclasses import dataclass
from typing import Final

MAX_TEXT: Final = 4_096

# A reply code stands where a server's answer begins, not just anywhere where three digits are.
_CODE_AND_STATUS: Final = re.compile(
    r"(?<![\d.])([245]\d\d)[ \-]+(?:[245]\d\d[ \-]+)?['\"(]?#?([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)"
)
_CODE: Final = re.compile(
    r"(?:^|(?:said|says|response|returned(?: was| by)?|reply|error|smtp|status|code|with|was"
    r"|reason|message|diagnostic(?:-code)?|unknown|\.\.\.|<<<)\s*[:;=]?|[:;(\[\]\"'>,]|-)"
    r"[\s<>\"']*([45][0-7]\d)(?=[\s\-:,;)#\]\"'<]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_COMMAND: Final = re.compile(
    r"(?:in reply to|(?:in )?response to|after|our final|sent <<<|during|>>>|rejected (?:at|after)|smtp command)\s*"
    r"(?:the |smtp |pipelined |initial )*(end of data|ehlo|helo|mail from|mail|rcpt to|rcpt|data|starttls|auth)\b"
    r"|\[(rcpt|mail)_(?:to|from)\]|\b(rcpt|mail) (?:to|from) response",
    re.IGNORECASE,
)
# With pipelining DATA goes out before the answer to RCPT is in: then that was refused.
_NO_RECIPIENT: Final = re.compile(
    r"\b5\d\d[ \-](?:5\.\d\.\d )?(?:need rcpt|.{0,20}no valid rcpt|.{0,20}no valid recipients"
    r"|valid rcpt|rcpt first|need recipient|no recipients|.{0,40}rcpt commands were rejected)",
    re.IGNORECASE,
)
_COMMANDS: Final = {
    "end of data": "DATA", "ehlo": "EHLO", "helo": "EHLO", "mail from": "MAIL", "mail": "MAIL", "rcpt to": "RCPT",
    "rcpt": "RCPT", "data": "DATA", "starttls": "STARTTLS", "auth": "AUTH",
}  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """What a server answered. `code` 400-599 or None; `status` like `5.1.1`, or None."""

    code: int | None = None
    status: str | None = None


def read_reply(text: str) -> Reply:
    """Return the reply code and enhanced status that a text quotes; a pair wins over single ones."""
    text = text[:MAX_TEXT]
    both = _CODE_AND_STATUS.search(text)
    if both is not None and both[1] >= "400":
        return Reply(int(both[1]), both[2])
    code = _CODE.search(text)
    status = _STATUS.search(text)
    return Reply(int(code[1]) if code else None, status[1] if status else None)


def read_status(text: str) -> str | None:
    """Return the first enhanced status code of a text."""
    found = _STATUS.search(text[:MAX_TEXT])
    return found[1] if found else None


def read_command(text: str) -> str | None:
    """Return the SMTP command that was refused, where the text names it."""
    text = text[:MAX_TEXT]
    found = _COMMAND.search(text)
    if found is None:
        return None
    command = _COMMANDS[(found[1] or found[2] or found[3]).lower()]
    return "RCPT" if command == "DATA" and _NO_RECIPIENT.search(text) else command

"""Writes a campaign's message: an RFC 822 text out of a genre's phrases in an account's voice."""

from dataclasses import replace
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime
from typing import Final

from training.simulate.brands import slug
from training.simulate.composed import Composed
from training.simulate.draws import Rng, chance, one_of
from training.simulate.genre import Copy, Genre
from training.simulate.layouts import Body, html_of, text_of
from training.simulate.regions import REGIONS
from training.simulate.slots import ORGANISATIONS, slot_values
from training.simulate.voice import Voice

_EMOJI: Final = ("🎉", "🔥", "✨", "👋", "🌿", "⏰", "📣", "💡", "🎁", "✅")
_PLACEHOLDERS: Final = (
    "{{ first_name }}",
    "*|FNAME|*",
    "{{contact.FIRSTNAME}}",
    "[[first]]",
    "%%first%%",
)
_HELLO: Final = {
    "en": ("Hi {0},", "Hello {0},", "Dear {0},", "Hey {0}!"),
    "de": ("Hallo {0},", "Guten Tag {0},", "Liebe/r {0},"),
    "fr": ("Bonjour {0},", "Cher/chère {0},"),
    "es": ("Hola {0}:", "Estimado/a {0}:"),
}  # fmt: skip
_NOBODY: Final = {
    "en": ("friend", "there", "customer", "reader", "member"), "de": ("Kundin, lieber Kunde", "zusammen"),
    "fr": ("client(e)", "à tous"), "es": ("cliente", "amigo/a"),
}  # fmt: skip


def compose(
    rng: Rng, voice: Voice, genre: Genre, at_s: int, style: float, aside: Genre | None = None
) -> Composed:
    """Return the message of one campaign.

    `style` in [0, 1] is how loud it is today, `aside` a genre of which one paragraph strays in.
    """
    language = voice.language if voice.language in genre.copies else "en"
    copy = genre.copies[language]
    if aside and language in aside.copies:
        stray = one_of(rng, aside.copies[language].bodies)
        copy = replace(copy, bodies=(*copy.bodies[1:], stray))
    at = datetime.fromtimestamp(at_s, UTC)
    poses = one_of(rng, ORGANISATIONS) if genre.poses else None
    shown = poses or voice.brand
    greeted, greeting = _greeting(rng, voice, language)
    slots = slot_values(rng, voice.region, shown, poses, greeted, at.month)
    body = _body(rng, voice, copy, slots, greeting, language, poses)
    subject = _subject(rng, voice, copy, slots, style)
    headers = _headers(rng, voice, subject, at, poses)
    return _assembled(rng, voice, headers, body, genre)


def _greeting(rng: Rng, voice: Voice, language: str) -> tuple[str, str]:
    if voice.merge == "rendered":
        name = one_of(rng, one_of(rng, REGIONS[:4]).first_names).title()
        name = one_of(rng, voice.region.first_names).title() if chance(rng, 0.8) else name
    elif voice.merge == "placeholder":
        name = _PLACEHOLDERS[voice.footer]
    else:
        name = one_of(rng, _NOBODY.get(language, _NOBODY["en"]))
    hello = one_of(rng, _HELLO.get(language, _HELLO["en"]))
    return name, hello.format(name) if chance(rng, 0.85) else ""


def _subject(rng: Rng, voice: Voice, copy: Copy, slots: dict[str, str], style: float) -> str:
    subject = one_of(rng, copy.subjects).format_map(slots)
    if chance(rng, voice.loud * style * 0.5):
        subject = subject.upper() if chance(rng, 0.4) else subject.rstrip(".!?") + "!!"
    if chance(rng, voice.emoji):
        subject = f"{one_of(rng, _EMOJI)} {subject}"
    return subject


def _body(
    rng: Rng,
    voice: Voice,
    copy: Copy,
    slots: dict[str, str],
    greeting: str,
    language: str,
    poses: str | None,
) -> Body:
    count = min(max(int(rng.poisson(voice.paragraphs)), 1), len(copy.bodies))
    chosen = rng.permutation(len(copy.bodies))[:count]
    paragraphs = [one_of(rng, copy.openers), *(copy.bodies[index] for index in chosen)]
    closer = one_of(rng, copy.closers).format_map(slots)
    path = one_of(rng, ("news", "go", "c", "offer", "account", "read", "p", "view", "track/open"))
    host = voice.link_host
    if poses and chance(rng, 0.5):
        host = f"{slug(poses)}.{voice.domain}"
    token = f"{int(rng.integers(1 << 40)):x}"
    links = [f"https://{host}/{path}/{token}"]
    links += [
        f"https://{voice.domain}/{one_of(rng, ('blog', 'shop', 'about', 'contact', 'faq'))}"
        for _ in range(int(rng.poisson(1.2)))
    ]
    return Body(
        greeting=greeting,
        paragraphs=[p.format_map(slots) for p in paragraphs],
        call=one_of(rng, copy.calls).format_map(slots),
        closer=closer,
        signed=poses or voice.from_name,
        links=links,
        language=language,
        unsubscribe_link=f"https://{voice.link_host}/u/{token}",
    )


def _headers(
    rng: Rng, voice: Voice, subject: str, at: datetime, poses: str | None
) -> list[tuple[str, str]]:
    name = poses or voice.from_name
    number = f"{int(rng.integers(1 << 60)):x}"
    address = voice.from_address
    headers = [
        ("From", f"{_encoded(name, quoted=True)} <{address}>"),
        ("To", one_of(rng, ("recipient@example.com", "you@example.org", "undisclosed-recipients:;"))),
        ("Subject", _encoded(subject)),
        ("Date", format_datetime(at)),
        ("Message-ID", f"<{number}@{voice.domain}>"),
    ]  # fmt: skip
    if voice.reply_to:
        headers.append(("Reply-To", voice.reply_to))
    if voice.mailer:
        headers.append(("X-Mailer", voice.mailer))
    if voice.list_unsubscribe != "none":
        headers.extend(_list_unsubscribe(voice, number))
    if voice.esp_headers:
        headers.append(("Feedback-ID", f"{number[:6]}:{slug(voice.brand)}:esp"))
    return headers


def _list_unsubscribe(voice: Voice, number: str) -> list[tuple[str, str]]:
    url, mailto = f"<https://{voice.link_host}/u/{number}>", f"<mailto:unsubscribe@{voice.domain}>"
    if voice.list_unsubscribe == "mailto":
        return [("List-Unsubscribe", mailto)]
    if voice.list_unsubscribe == "url":
        return [("List-Unsubscribe", url)]
    one_click = ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    return [("List-Unsubscribe", f"{url}, {mailto}"), one_click]


def _encoded(text: str, quoted: bool = False) -> str:
    if text.isascii():
        return f'"{text}"' if quoted and any(sign in text for sign in ",|.@") else text
    return Header(text, "utf-8", maxlinelen=900).encode()


def _assembled(
    rng: Rng, voice: Voice, headers: list[tuple[str, str]], body: Body, genre: Genre
) -> Composed:
    plain = max(voice.plain_share, 0.2) if genre.transactional else voice.plain_share
    html = None if chance(rng, plain) else html_of(voice, body)
    only_html = html is not None and voice.footer == 3
    return Composed(
        headers=tuple(headers),
        text=None if only_html else text_of(voice, body),
        html=html,
        encoding=voice.encoding,
        boundary=f"=_{int(rng.integers(1 << 60)):x}",
    )

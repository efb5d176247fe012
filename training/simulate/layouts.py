"""Lays a message's body out as text and as HTML; every layout serves good senders and bad ones."""

from dataclasses import dataclass
from html import escape
from typing import Final

from training.simulate.voice import Voice

_LEAVE: Final = {
    "en": ("Unsubscribe", "Manage your preferences", "Reply with STOP and we will not write again.", "You receive this because you signed up at {0}."),
    "de": ("Abmelden", "Einstellungen ändern", "Antworten Sie mit STOP, dann schreiben wir nicht mehr.", "Sie erhalten diese Nachricht, weil Sie sich bei {0} angemeldet haben."),
    "fr": ("Se désinscrire", "Gérer mes préférences", "Répondez STOP pour ne plus recevoir nos messages.", "Vous recevez ce message car vous êtes inscrit chez {0}."),
    "es": ("Darse de baja", "Gestionar preferencias", "Responda STOP y no volveremos a escribir.", "Recibe este mensaje porque se registró en {0}."),
}  # fmt: skip
_VIEW: Final = {"en": "View in browser", "de": "Im Browser ansehen", "fr": "Voir en ligne", "es": "Ver en el navegador"}  # fmt: skip


@dataclass(frozen=True)
class Body:
    """The text of one message, before layout. `links[0]` belongs to the call to action."""

    greeting: str
    paragraphs: list[str]
    call: str
    closer: str
    signed: str
    links: list[str]
    language: str
    unsubscribe_link: str


def text_of(voice: Voice, body: Body) -> str:
    """Return the plain text."""
    parts = [body.greeting, *body.paragraphs, f"{body.call}: {body.links[0]}"]
    parts += [f"{body.closer}\n{body.signed}", _leave_text(voice, body), _postal(voice)]
    return "\n\n".join(part for part in parts if part) + "\n"


def html_of(voice: Voice, body: Body) -> str:
    """Return the HTML in the account's layout."""
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in body.paragraphs)
    hello = f"<p>{escape(body.greeting)}</p>" if body.greeting else ""
    button = _button(voice, body)
    more = "".join(
        f'<p><a href="{link}">{link.split("/")[-1].title()}</a></p>' for link in body.links[1:]
    )
    images = "".join(
        f'<img src="https://{voice.domain}/img/{number}.jpg" width="{560 - 40 * number}" alt="">'
        for number in range(voice.images)
    )
    sign = f"<p>{escape(body.closer)}<br>{escape(body.signed)}</p>"
    foot = _leave_html(voice, body) + f"<p>{escape(_postal(voice))}</p>"
    match voice.layout:
        case 0:
            return _table(voice, f"{images}{hello}{paragraphs}{button}{more}{sign}", foot, body)
        case 1:
            return f"<html><body>{hello}{paragraphs}{button}{sign}{foot}</body></html>\n"
        case 2:
            return f'<div dir="ltr">{hello}{paragraphs}<div>{button}</div>{sign}</div>{foot}\n'
        case 3:
            picture = f'<a href="{body.links[0]}"><img src="https://{voice.domain}/m/hero.png" width="600" height="900" alt="{escape(body.call)}"></a>'
            return f'<html><body bgcolor="#ffffff"><center>{picture}{paragraphs}{foot}</center></body></html>\n'
        case _:
            return _styled(voice, f"{hello}{paragraphs}{images}{button}{more}{sign}", foot)  # fmt: skip


def _button(voice: Voice, body: Body) -> str:
    if voice.layout in {1, 2}:
        return f'<p><a href="{body.links[0]}">{escape(body.call)}</a></p>'
    return (
        f'<p><a href="{body.links[0]}" style="background:{voice.color};color:#fff;padding:12px 24px;'
        f'text-decoration:none;border-radius:4px">{escape(body.call)}</a></p>'
    )


def _table(voice: Voice, inner: str, foot: str, body: Body) -> str:
    view = _VIEW.get(body.language, _VIEW["en"])
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>'
        f'<table width="600" align="center" cellpadding="0" cellspacing="0"><tr><td>'
        f'<a href="{body.links[0]}?v=1">{view}</a></td></tr><tr><td style="background:{voice.color}">'
        f"<h1>{escape(voice.brand)}</h1></td></tr><tr><td>{inner}</td></tr>"
        f'<tr><td style="font-size:11px;color:#888">{foot}</td></tr></table></body></html>\n'
    )


def _styled(voice: Voice, inner: str, foot: str) -> str:
    return (
        "<!doctype html>\n<html><head><style>body{font-family:Arial,sans-serif;margin:0}"
        f".wrap{{max-width:620px;margin:auto}}h2{{color:{voice.color}}}</style></head><body>\n"
        f'<div class="wrap"><h2>{escape(voice.brand)}</h2>\n{inner}\n'
        f'<div style="font-size:12px;color:#777">{foot}</div></div></body></html>\n'
    )


def _words(body: Body) -> tuple[str, str, str, str]:
    return _LEAVE.get(body.language, _LEAVE["en"])


def _leave_text(voice: Voice, body: Body) -> str:
    leave, settings, stop, because = _words(body)
    reason = because.format(voice.brand) if voice.footer in {0, 2} else ""
    match voice.unsubscribe:
        case "link":
            return f"{reason}\n{leave}: {body.unsubscribe_link}".strip()
        case "settings":
            return f"{reason}\n{settings}: {body.unsubscribe_link}".strip()
        case "reply":
            return stop
        case _:
            return ""


def _leave_html(voice: Voice, body: Body) -> str:
    leave, settings, stop, because = _words(body)
    reason = f"<p>{escape(because.format(voice.brand))}</p>" if voice.footer in {0, 2} else ""
    if voice.unsubscribe == "reply":
        return f"<p>{escape(stop)}</p>"
    if voice.unsubscribe == "none":
        return ""
    word = leave if voice.unsubscribe == "link" else settings
    return f'{reason}<p><a href="{body.unsubscribe_link}">{word}</a></p>'


def _postal(voice: Voice) -> str:
    if not voice.postal:
        return ""
    region = voice.region
    street = region.streets[voice.footer % len(region.streets)]
    number = int(voice.color[1:4], 16) % 180 + 1
    return f"{voice.brand}, {street} {number}, {region.cities[voice.layout % len(region.cities)]}"

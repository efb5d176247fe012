import pytest

from features.content import ReadLimits
from features.content.markup import read_page


def page(html):
    return read_page(html, ReadLimits(), set())


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>v<b>i</b>ag<i></i>ra</p>", "viagra"),
        ("v<!-- x -->iagra", "viagra"),
        ("<td>a</td><td>b</td>", "a b"),
        ("<p>a</p><p>b</p>", "a b"),
        ("a<br>b", "a b"),
        ("&#86;&#x69;&#97;gra", "Viagra"),
        ("<style>p{}</style><script>x()</script>seen", "seen"),
        ("<title>no</title><body>yes", "yes"),
        (
            "<mjml><mj-head><mj-style>.link {color: red}</mj-style></mj-head><mj-text>yes</mj-text></mjml>",
            "yes",
        ),
        ("<p>open <b>never closed", "open never closed"),
    ],
)
def test_text_as_seen(html, text):
    assert " ".join(page(html).text.split()) == text


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : NONE !important",
        "visibility:hidden",
        "font-size:0",
        "font-size: 1px;",
        "opacity:0",
        "max-height:0px",
        "mso-hide:all",
        "position:absolute;left:-9999px",
    ],
)
def test_hidden_text_is_apart(style):
    read = page(f'<p>seen</p><div style="{style}">not <p style="display:none">really</p></div>')
    assert read.text.strip() == "seen"
    assert set(read.hidden.split()) == {"not", "really"}


@pytest.mark.parametrize(
    "style", ["font-size:12px", "opacity:0.9", "max-height:100px", "color:#fff"]
)
def test_visible_styles_stay(style):
    assert page(f'<p style="{style}">seen</p>').hidden == ""


def test_counts():
    read = page(
        '<form action="/x"><input></form><script></script><body onload="x()">'
        '<img src=a width=1 height=1><img src=b width=600 height=1 alt="A hat"><img src=c alt="Shoes">'
        '<a href="https://a.example">go</a><a name=x>no link</a>'
    )
    assert (read.forms, read.scripts, read.images, read.pixels) == (1, 2, 2, 1)
    assert read.alt_text == "A hat\nShoes"
    assert [(a.href, a.shown) for a in read.anchors] == [("https://a.example", "go")]

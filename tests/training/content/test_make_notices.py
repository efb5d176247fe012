from training.content.make_notices import Notice, notices_of

MAIL = b"""{% load i18n %}{% blocktrans with shop=site.name %}Hello {{ user }},

thank you for your order at {{ shop }}. We have received {{ amount }} and will send your books within three days.{% endblocktrans %}

{{ order_url }}
"""


def notices(files):
    return list(notices_of("shop", files))


def test_places_are_filled_by_what_they_are_called():
    (found,) = notices({"shop/templates/email/paid.txt": MAIL})
    assert found.language == "en"
    assert "thank you for your order at" in found.body
    assert "https://www.shop.org/" in found.body
    assert not {"{", "}", "%"} & set(found.body)


def test_a_subject_beside_the_message_is_taken():
    files = {
        "shop/email/paid_message.txt": MAIL,
        "shop/email/paid_subject.txt": b"{% trans 'Paid' %}\n",
    }
    assert [notice.subject for notice in notices(files)] == ["Paid"]


def test_pages_of_the_site_and_other_files_are_no_mail():
    files = {
        "shop/templates/email/settings.html": b"<form><p>Which mails do you want?</p></form>",
        "shop/templates/basket.html": MAIL,
        "shop/static/email/logo.txt": MAIL,
    }
    assert notices(files) == []


def test_html_is_read_as_it_is_seen():
    page = b"<html><head><style>p {color: red}</style></head><body><p>Hello {{ name }}</p></body></html>"
    (found,) = notices({"shop/email/hello.html": page})
    assert "Hello" in found.body
    assert "color" not in found.body


def test_the_same_files_give_the_same_notices():
    files = {"shop/templates/email/paid.txt": MAIL}
    first, again = notices(files), notices(files)
    assert first == again
    assert isinstance(first[0], Notice)

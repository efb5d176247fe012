import math

import pytest

from features.catalogue import load_catalogue
from features.content import NUMBERS, analyse, message_from_parts, read_message
from features.content.numbers import TABLE
from features.records import Subject

TEXT_MODEL = {n for n in NUMBERS if n.startswith("content_text_")}
OF_THE_ACCOUNT = {"content_own_lookalikes", "content_language_foreign"}


def numbers(html=None, text=None, from_="Bloom <news@bloom.com>", subject="Hi", reply_to=None):
    return analyse(message_from_parts(from_, reply_to, subject, html, text)).numbers


CASES = [
    ({"text": "see https://a.com/x and www.b.com."}, {"link_count": 2, "link_domains": 2}),
    ({"html": '<a href="https://evil.ru/x">www.paypal.com</a>'}, {"link_mismatches": 1}),
    ({"html": '<a href="https://evil.ru/x">https://paypal.com/x</a> https://b.com'}, {"link_count": 2, "link_mismatches": 1}),
    ({"html": '<a href="https://t.evil.ru/?u=https://paypal.com/x">paypal.com</a>'}, {"link_mismatches": 0, "redirector_links": 1}),
    ({"html": '<a href="https://shop.bloom.com/">bloom.com</a><a href="https://x.com">x</a>'}, {"link_mismatches": 0, "aligned_link_share": 0.5}),
    ({"text": "http://192.0.2.7/login http://0xC0000207/"}, {"ip_links": 2}),
    ({"text": "http://xn--pypal-4ve.com/"}, {"punycode_links": 1, "lookalike_domains": 1}),
    ({"text": "https://bit.ly/abc"}, {"shortener_links": 1, "free_hosting_links": 0}),
    ({"text": "https://evil.weebly.com/ https://docs.google.com/forms/d/x"}, {"free_hosting_links": 2}),
    ({"text": "x", "from_": "A <a@gmail.com>"}, {"from_free_mail": 1}),
    ({"text": "x", "reply_to": "b@gmail.com"}, {"reply_to_differs": 1, "reply_to_free_mail": 1}),
    ({"text": "x", "reply_to": "b@help.bloom.com"}, {"reply_to_differs": 0}),
    ({"text": "x", "from_": "PayPal Service <a@evil.ru>"}, {"brand_claims": 1}),
    ({"text": "x", "from_": "PayPal <service@paypal.de>"}, {"brand_claims": 0}),
    ({"text": "Please verify your account. Confirm your identity!"}, {"credential_asks": 2}),
    ({"text": "Bitte bestätigen Sie Ihr Konto"}, {"credential_asks": 1}),
    ({"text": "Send your bank details by wire transfer"}, {"payment_asks": 2}),
    ({"text": "Final notice: act now, within 24 hours"}, {"urgency": 3}),
    ({"html": '<a href="https://bloom.com/u">Unsubscribe</a>'}, {"unsubscribe_link": 1}),
    ({"text": "Hier können Sie sich abmelden"}, {"unsubscribe_link": 1}),
    ({"text": "Bloom Ltd, 12 Market Street, Portland, OR 97201"}, {"postal_address": 1}),
    ({"text": "Bloom Ltd, 123 Main Street, Anytown, NY 12345"}, {"placeholder_address": 1, "postal_address": 1}),
    ({"text": "Bloom Ltd, 12 Market Street, Portland, OR 97201 "}, {"placeholder_address": 0}),
    ({"text": "Hello {{ first_name }} and *|FNAME|*"}, {"unrendered_fields": 2}),
    ({"html": "<img src=a width=1 height=1><img src=b>one two"}, {"image_count": 1, "tracking_pixels": 1}),
    ({"html": '<p>one</p><p style="display:none">a b c</p>'}, {"hidden_share": 0.75}),
    ({"html": "<form></form><script>x</script>"}, {"forms": 1, "scripts": 1}),
    ({"text": "pass\u200bword and pa\u200by"}, {"hidden_characters": 2}),
    ({"text": "Your P\u0430yPal \u0430ccount"}, {"mixed_script_words": 2}),
    ({"text": "Buy v1agra and Ci@lis, not win10 or a@b.com"}, {"disguised_words": 2, "prohibited_goods": 2}),
    ({"text": "Would you be interested in acquiring the attendees list?"}, {"prohibited_goods": 1}),
    ({"text": "Our casino night raised money; the guest list is full"}, {"prohibited_goods": 0}),
    ({"text": "x", "from_": "A <k3847x@bloom.com>"}, {"sender_codes": 1}),
    ({"text": "x", "subject": "Final offer 88213907"}, {"subject_codes": 1}),
    ({"text": "x", "subject": "Sale ends 24 May"}, {"subject_codes": 0, "sender_codes": 0}),
    ({"html": '<a href="https://news.bloom.com/unsubscribe?u=1">Leave</a>'}, {"unsubscribe_aligned": 1}),
    ({"html": '<a href="https://x.com/unsubscribe?u=1">Leave</a>'}, {"unsubscribe_aligned": 0}),
    ({"html": '<img src=a alt="Please verify your account">'}, {"credential_asks": 1}),
    ({"text": "Привет всем"}, {"non_latin_share": 10 / 12, "mixed_script_words": 0}),
    ({"text": "one two three"}, {"words": 4, "link_count": 0, "broken": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), CASES)
def test_numbers(given, expected):
    found = numbers(**given)
    assert {name: found[f"content_{name}"] for name in expected} == pytest.approx(expected)


def test_goods_of_the_policy_count_beside_the_known_ones():
    said = message_from_parts(text="Cheap Party-P\u0456lls and viagra, no PARTYPILLS or kratoms")
    found = analyse(said, ("party pills", "Kratom!", "!!")).numbers
    assert found["content_prohibited_goods"] == 2
    assert analyse(said).numbers["content_prohibited_goods"] == 1


def test_every_number_has_a_case_or_comes_from_headers_and_parts():
    covered = {f"content_{name}" for _, expected in CASES for name in expected}
    elsewhere = {
        f"content_{name}"
        for name in [
            "list_unsubscribe",
            "one_click",
            "images_per_100_words",
            "attachments",
            "executable_attachments",
            "archive_attachments",
            "html_attachments",
        ]
    }
    assert set(NUMBERS) == covered | elsewhere | TEXT_MODEL | OF_THE_ACCOUNT


def test_headers_and_attachments(mail):
    raw = mail(
        '--q\n\nhello there\n--q\nContent-Disposition: attachment; filename="a.zip"\n\nx\n'
        '--q\nContent-Disposition: attachment; filename="a.html"\n\nx\n'
        '--q\nContent-Disposition: attachment; filename="a.exe"\n\nx\n--q--',
        kind="multipart/mixed; boundary=q",
        more="List-Unsubscribe: <https://x>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
    )
    found = analyse(read_message(raw)).numbers
    names = "attachments executable_attachments archive_attachments html_attachments list_unsubscribe one_click"
    assert [found[f"content_{name}"] for name in names.split()] == [3, 1, 1, 1, 1, 1]


def test_analysis_gives_every_number_that_needs_no_model():
    assert set(numbers(text="hi")) == set(NUMBERS) - TEXT_MODEL - OF_THE_ACCOUNT


def test_no_links_means_no_aligned_share():
    assert math.isnan(numbers(text="hi")["content_aligned_link_share"])


def test_family_passes_every_number_on():
    names = load_catalogue().names(Subject.CAMPAIGN)
    assert [name for name in names if name in NUMBERS] == list(NUMBERS)
    assert len({number.name for number in TABLE}) == len(TABLE)

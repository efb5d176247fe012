import math
from datetime import UTC, datetime

import pytest

from features.content import analyse, message_from_parts
from features.content.account_fit import fit_numbers
from features.content.language import is_foreign, language_of
from features.content.wording import folded, legible, words
from features.records import Account, SendingDomain

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OWNER = Account(account_id="a", created_at=NOW, email_domain="bloomery.com", country="DE", website="https://www.bloomery.com/shop")  # fmt: skip

LOOKALIKES = [
    ("bl00mery.com", 1),
    ("bloornery.com", 1),
    ("bloomry.com", 1),
    ("bloomery-login.com", 1),
    ("xn--blomery-bjg.com", 1),
    ("bloomery.com", 0),
    ("news.bloomery.com", 0),
    ("bloomery.de", 0),
    ("flowers.com", 0),
]


@pytest.mark.parametrize(("host", "expected"), LOOKALIKES)
def test_domains_that_imitate_the_account_itself(host, expected):
    message = message_from_parts("B <a@bloomery.com>", text=f"See https://{host}/x")
    assert fit_numbers(analyse(message), OWNER, ())["content_own_lookalikes"] == expected


def test_an_account_without_a_domain_of_its_own_has_no_lookalikes():
    owner = Account(account_id="a", created_at=NOW, email_domain="gmail.com")
    sent = analyse(message_from_parts("B <a@gmai1.com>", text="Hi"))
    numbers = fit_numbers(sent, owner, ())
    assert all(math.isnan(value) for value in numbers.values())
    claimed = SendingDomain(domain="gmai1x.com", account_id="a")
    assert math.isnan(fit_numbers(sent, owner, [claimed])["content_own_lookalikes"])


SAID = [
    ("de", "Hallo, wir haben für Sie die neuen Angebote der Woche zusammengestellt und freuen uns auf Ihren Besuch im Laden."),
    ("fr", "Bonjour, nous vous invitons à découvrir les nouveautés de la saison dans votre boutique avec les enfants."),
    ("es", "Hola, te invitamos a la fiesta de verano que se celebra en el parque. Los socios pueden traer a su familia y para los niños hay juegos."),
    ("it", "Ciao, ti invitiamo alla presentazione del nuovo libro che si terrà nella sala della biblioteca. Non è richiesta una prenotazione per gli iscritti."),
    ("nl", "Hallo, wij nodigen je uit voor het zomerfeest van de vereniging. Het is op zaterdag en je kunt met de fiets komen."),
    ("pl", "Dzień dobry, zapraszamy na spotkanie w bibliotece. To jest wydarzenie dla dzieci i nie trzeba się zapisywać. Do zobaczenia w sobotę, lub po feriach."),
    ("en", "Hello, we have put together the offers of the week for you and look forward to your visit."),
    ("ru", "Здравствуйте, приглашаем вас на встречу"),
    ("uk", "Вітаємо, запрошуємо вас на зустріч її авторів"),
    ("ja", "こんにちは、新しい商品のお知らせです"),
    ("zh", "您好，欢迎参加我们的活动"),
    ("ko", "안녕하세요 새로운 소식입니다"),
    ("", "qwer asdf zxcv uiop"),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), SAID)
def test_language(language, text):
    assert language_of(words(folded(legible(text)))) == language


def test_a_language_is_foreign_where_nobody_speaks_it():
    assert is_foreign("ru", "DE") == 1
    assert is_foreign("de", "at") == 0
    assert is_foreign("en", "BR") == 0
    assert math.isnan(is_foreign("", "DE"))
    assert math.isnan(is_foreign("de", None))


def test_the_account_is_asked_for_its_language():
    sent = analyse(message_from_parts(text=dict(SAID)["fr"]))
    assert fit_numbers(sent, OWNER, ())["content_language_foreign"] == 1

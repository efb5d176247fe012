"""Everyday mail, written for these tests: none of it may be flagged, clear abuse must rank above it."""

import pytest

from features.content import analyse, message_from_parts
from models.content import TextModel
from models.registry import read_text_model

EVERYDAY = {
    "receipt": (
        "Bloom Flowers <orders@bloomflowers.com>",
        "Your receipt from Bloom Flowers",
        "Thank you for your order, Anna!\n\nOrder #20391 placed on 3 March\n1 x Spring bouquet  $39.00\n1 x Glass vase  $14.50\nDelivery  $5.00\nTotal  $58.50\n\nWe will send you another email when your order has shipped. If you have any questions, just reply to this message.\n\nBloom Flowers, 12 Market Street, Portland, OR 97201",
    ),
    "reset": (
        "Tasklane <no-reply@tasklane.io>",
        "Reset your password",
        "Hi Sam,\n\nSomeone requested a password reset for your Tasklane account. If it was you, use the link below within the next 24 hours to choose a new password:\n\nhttps://app.tasklane.io/reset/abc123\n\nIf you did not request this, you can safely ignore this email. Your password will not change.\n\nThe Tasklane team",
    ),
    "invite": (
        "Maria Lopez <maria@riverchoir.org>",
        "Invitation: Summer concert on 14 June",
        "Dear friends,\n\nYou are warmly invited to our summer concert on Saturday 14 June at 7 pm in the town hall. We will sing songs from four centuries, and there will be drinks and cake afterwards. Entry is free, donations are welcome.\n\nPlease let us know by 1 June if you would like to come and how many seats you need.\n\nBest wishes,\nMaria",
    ),
    "newsletter_en": (
        "Greenway Cycling <news@greenwaycycling.com>",
        "New routes, new bikes and a summer sale",
        "Hello from Greenway!\n\nSpring is here and so is our new collection. Discover our favourite routes around the lake, meet the team behind our workshop, and save 20% on all city bikes until Sunday.\n\nShop the collection: https://greenwaycycling.com/spring\n\nRead on our blog: five tips to get your bike ready for the season.\n\nYou receive this email because you signed up on our website. Unsubscribe: https://greenwaycycling.com/unsubscribe\nGreenway Cycling Ltd, 4 Canal Road, Leeds LS1 4AB",
    ),
    "newsletter_de": (
        "Buchhandlung Lindner <post@buchhandlung-lindner.de>",
        "Unsere Lesetipps im Oktober",
        "Liebe Leserinnen und Leser,\n\nder Herbst ist da und mit ihm viele neue Bücher. In diesem Newsletter stellen wir Ihnen unsere liebsten Romane vor, laden Sie zu drei Lesungen ein und verlosen zwei Karten für die Buchmesse.\n\nLesung mit Eva Kramer am 12. Oktober um 19 Uhr, Eintritt frei.\n\nHerzliche Grüße aus der Buchhandlung\n\nSie möchten keinen Newsletter mehr erhalten? Hier abmelden: https://buchhandlung-lindner.de/abmelden\nLindner GmbH, Hauptstraße 12, 79098 Freiburg",
    ),
    "newsletter_fr": (
        "La Ferme des Tilleuls <bonjour@ferme-tilleuls.fr>",
        "Le panier de la semaine",
        "Bonjour,\n\nVoici le contenu du panier de cette semaine : carottes, poireaux, pommes, et un fromage de chèvre. Nous serons au marché samedi matin de 8h à 13h. Découvrez aussi notre recette de soupe de saison sur le site.\n\nA bientôt,\nClaire et Paul\n\nPour ne plus recevoir cette lettre, cliquez ici pour vous désabonner.",
    ),
    "newsletter_es": (
        "Teatro Aurora <info@teatroaurora.es>",
        "Programación de noviembre",
        "Hola:\n\nYa puedes consultar la programación de noviembre. Este mes estrenamos dos obras y volvemos con el ciclo de música en vivo. Las entradas están a la venta en nuestra web y en la taquilla, con descuento para estudiantes.\n\nNos vemos en el teatro.\n\nSi no quieres recibir más correos puedes darte de baja aquí.",
    ),
    "newsletter_it": (
        "Cantina Rossi <news@cantinarossi.it>",
        "Vendemmia 2024: vieni a trovarci",
        "Cari amici,\n\nla vendemmia è finita e il vino nuovo riposa in cantina. Sabato 9 novembre vi aspettiamo per una degustazione con visita ai vigneti. Il posto è limitato, prenotate sul nostro sito.\n\nA presto,\nla famiglia Rossi\n\nPer annullare l'iscrizione clicca qui.",
    ),
    "invoice": (
        "Holt & Partner <billing@holtpartner.com>",
        "Invoice 2024-0181",
        "Dear Ms Weber,\n\nplease find attached our invoice 2024-0181 for the consulting work in March. The amount of EUR 1,250.00 is due within 30 days. Our bank details are on the invoice.\n\nThank you for your business.\n\nKind regards,\nThomas Holt",
    ),
    "shipping": (
        "Nordic Knit <hello@nordicknit.com>",
        "Your order has shipped",
        "Good news! Your order is on its way. You can track your parcel with this link: https://nordicknit.com/track/12345. It should arrive in 3 to 5 working days.",
    ),
    "webinar": (
        "Data Academy <events@dataacademy.io>",
        "Reminder: your webinar starts tomorrow",
        'Hi {{first_name}}, this is a reminder that the webinar "Dashboards that people read" starts tomorrow at 3 pm CET. Join here: https://dataacademy.io/live. See you there!',
    ),
    "nonprofit": (
        "River Trust <news@rivertrust.org>",
        "You helped us plant 4,000 trees",
        "Dear supporter, because of your generous donation, volunteers planted 4,000 trees along the river this spring. Read the story of our youngest volunteer and see the pictures. Will you help us plant the next thousand? A gift of $25 plants five trees. Donate today.",
    ),
    "saas": (
        "Metricly <team@metricly.com>",
        "Your weekly report is ready",
        "Your site had 1,204 visitors last week, up 8% from the week before. Top pages: /pricing, /blog/seo-guide. View the full report in your dashboard: https://app.metricly.com/reports. You can change how often you get this email in your notification settings.",
    ),
    "short": (
        "Cafe <a@cafe.com>",
        "Hi",
        "See you soon!",
    ),
}
ABUSE = {
    "phish": (
        "Mail Admin <admin@web-upgrade.ga>",
        "Mailbox quota exceeded",
        "Dear user, your mailbox has exceeded its storage limit. You will not be able to send or receive new mail until you verify your account. Click here to verify your account within 24 hours or your mailbox will be permanently deactivated. IT Help Desk",
    ),
    "phish2": (
        "PayPal Service <service@paypa1-support.com>",
        "Your account has been limited",
        "We noticed unusual activity in your PayPal account. To restore your access please confirm your identity and update your billing information: http://bit.ly/xyz",
    ),
    "419": (
        "Mrs Grace <grace@yahoo.com>",
        "Dear beloved",
        "I am Mrs Grace Williams, widow of the late Mr Williams. I have the sum of $12.5 million deposited in a bank and I want you to stand as next of kin to transfer this fund to your account. Reply with your full name, phone number and address. God bless you.",
    ),
    "listsell": (
        "Jenna <jenna@leadsdata.biz>",
        "Attendees list",
        "Hi, I am following up to check if you would be interested in acquiring the attendees email list of the Electronics Expo 2024. We have 12,000 verified contacts with company name, phone number and email address. Let me know your interest so I can send the counts and pricing. To opt out reply with remove.",
    ),
    "seo": (
        "Rahul <rahul.seo@gmail.com>",
        "Website ranking proposal",
        "Hello, I was on your website and noticed that it is not ranking on the first page of Google. We are a leading SEO company and can improve your ranking, traffic and sales with our affordable packages. Can I send you a proposal and price list?",
    ),
    "pharma": (
        "Meds <x@pillz.ru>",
        "Save 80% on pills",
        "Cheap online pharmacy, no prescription needed. Buy viagra and cialis at the lowest price, fast discreet shipping worldwide. Click here to order now.",
    ),
    "loan": (
        "Loan Desk <loan@quickfunds.top>",
        "Business funding approved",
        "You have been pre-approved for a business loan up to $500,000 at 2% interest rate. No credit check, bad credit ok. Apply now and get funds in 24 hours. Contact us with your name, amount needed and phone number.",
    ),
}


@pytest.fixture(scope="module")
def judge():
    model = TextModel.from_bytes(read_text_model() or b"")
    return lambda mail: model.judge(
        analyse(message_from_parts(mail[0], None, mail[1], text=mail[2]))
    )


@pytest.mark.parametrize("name", EVERYDAY)
def test_everyday_mail_is_not_flagged(judge, name):
    judgement = judge(EVERYDAY[name])
    assert not judgement.judged or judgement.wanted > 0.5


def test_a_greeting_is_too_little_to_judge(judge):
    assert not judge(EVERYDAY["short"]).judged


@pytest.mark.parametrize("name", ["phish", "phish2"])
def test_phishing_is_malicious(judge, name):
    judgement = judge(ABUSE[name])
    assert judgement.judged
    assert judgement.malicious > 0.5


def test_abuse_is_wanted_less_than_everyday_mail(judge):
    wanted = [j.wanted for j in map(judge, EVERYDAY.values()) if j.judged]
    abusive = [j.wanted for j in map(judge, ABUSE.values()) if j.judged]
    assert sum(abusive) / len(abusive) < sum(wanted) / len(wanted) - 0.2

"""Where people live: language, time zone, names, mailbox providers. All people are invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Region:
    """A market with its people. `utc_hours` is its offset in summer."""

    code: str
    language: str
    weight: float
    utc_hours: int
    tlds: Mapping[str, float]
    providers: Mapping[str, float]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    cities: tuple[str, ...]
    streets: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_EN_FIRST = _words(
    "james mary robert linda john susan michael karen david nancy emma olivia noah liam ava mia "
    "lucas grace henry ella jack chloe ryan zoe kevin laura brian anna jason helen priya omar "
    "chen wei aisha diego tyler megan scott amber derek paula nadia gavin ruth"
)
_EN_LAST = _words(
    "smith johnson brown taylor miller davis wilson moore clark lewis walker hall young king "
    "wright hill green adams baker carter mitchell turner parker evans collins stewart morris "
    "rogers reed cook bailey bell cooper ward cox gray hughes patel khan nguyen garcia kim ali "
    "ferris holt langley marsh norwood osborne pryce quayle renshaw stroud"
)
_DE_FIRST = _words(
    "anna ben clara david emma felix greta hannes ida jonas katharina lukas marie niklas olivia "
    "paul sabine stefan thomas ursula volker wolfgang petra monika heike jürgen dieter claudia "
    "sven tanja uwe mehmet ayse"
)
_DE_LAST = _words(
    "schmidt schneider fischer weber meyer wagner becker schulz hoffmann koch bauer richter klein "
    "wolf neumann schwarz zimmermann braun krüger hartmann lange werner krause lehmann köhler "
    "maier huber yilmaz kaya vogt seidel thoms lindner brandt pohl engel"
)
_FR_FIRST = _words(
    "jean marie pierre camille louis chloe lucas lea hugo manon paul julie thomas sarah nicolas "
    "celine antoine sophie laurent nathalie mathieu isabelle olivier aurelie yann karim fatima"
)
_FR_LAST = _words(
    "martin bernard dubois robert richard petit durand leroy moreau simon laurent lefebvre michel "
    "garcia david bertrand roux vincent fournier morel girard andre mercier dupont lambert bonnet "
    "francois martinez legrand garnier faure benali"
)
_ES_FIRST = _words(
    "maria jose antonio carmen manuel ana juan laura david cristina javier marta carlos lucia "
    "miguel elena pablo sara alejandro paula sergio raquel jorge beatriz alvaro pilar"
)
_ES_LAST = _words(
    "garcia fernandez gonzalez rodriguez lopez martinez sanchez perez gomez martin jimenez ruiz "
    "hernandez diaz moreno alvarez romero navarro torres dominguez vazquez ramos gil serrano "
    "blanco molina morales ortega delgado"
)
_IT_FIRST = _words(
    "giulia marco francesca luca sara andrea chiara matteo elena davide paolo laura stefano "
    "valentina giorgio silvia antonio federica roberto alessia"
)
_IT_LAST = _words(
    "rossi russo ferrari esposito bianchi romano colombo ricci marino greco bruno gallo conti "
    "costa giordano mancini rizzo lombardi moretti barbieri fontana santoro"
)
_NL_FIRST = _words("jan anna pieter sanne daan emma tim lotte bas iris kees femke joost marieke")
_NL_LAST = _words(
    "jansen bakker visser smit meijer mulder bos vos peters hendriks dekker brouwer dijkstra kok "
    "jacobs vermeulen schouten willems hoekstra"
)
_BR_FIRST = _words("joao maria pedro ana lucas julia gabriel beatriz rafael larissa bruno camila")
_BR_LAST = _words(
    "silva santos oliveira souza lima pereira ferreira costa almeida nascimento carvalho araujo"
)

REGIONS: Final = (
    Region(
        "US", "en", 0.38, -5,
        {"com": 0.74, "net": 0.05, "org": 0.07, "io": 0.04, "co": 0.04, "shop": 0.02, "info": 0.02, "online": 0.02},
        {"gmail": 0.44, "outlook": 0.13, "yahoo": 0.19, "icloud": 0.13, "comcast": 0.11},
        _EN_FIRST, _EN_LAST, _words("Harrow Pinefield Easton Marlow Dunmore Westbury Calder Ridgeway"),
        ("Mill Road", "Harbor Street", "Second Avenue", "Orchard Lane", "Depot Way"),
    ),
    Region(
        "GB", "en", 0.12, 1,
        {"co.uk": 0.5, "com": 0.35, "org.uk": 0.08, "uk": 0.04, "net": 0.03},
        {"gmail": 0.42, "outlook": 0.27, "yahoo": 0.15, "icloud": 0.16},
        _EN_FIRST, _EN_LAST, _words("Aldwick Barrowby Thornley Winscombe Kelby Marston"),
        ("High Street", "Station Road", "Church Lane", "Victoria Terrace"),
    ),
    Region(
        "DE", "de", 0.15, 2, {"de": 0.72, "com": 0.16, "net": 0.05, "eu": 0.04, "shop": 0.03},
        {"gmail": 0.26, "gmx": 0.48, "outlook": 0.12, "yahoo": 0.06, "icloud": 0.08},
        _DE_FIRST, _DE_LAST, _words("Neuheim Altfeld Birkenau Kronstadt Weidental Lindenhof"),
        ("Hauptstraße", "Bahnhofstraße", "Gartenweg", "Am Markt", "Schulstraße"),
    ),
    Region(
        "FR", "fr", 0.1, 2, {"fr": 0.62, "com": 0.28, "net": 0.04, "org": 0.04, "shop": 0.02},
        {"gmail": 0.42, "orange": 0.3, "outlook": 0.15, "yahoo": 0.07, "icloud": 0.06},
        _FR_FIRST, _FR_LAST, _words("Valmont Saint-Aubry Clairval Montferrand Rivesalle"),
        ("rue des Lilas", "avenue de la Gare", "place du Marché", "rue Haute"),
    ),
    Region(
        "ES", "es", 0.09, 2, {"es": 0.55, "com": 0.37, "net": 0.04, "org": 0.04},
        {"gmail": 0.6, "outlook": 0.26, "yahoo": 0.09, "icloud": 0.05},
        _ES_FIRST, _ES_LAST, _words("Valdeluna Torremar Sotogrande Altamira Ribera"),
        ("Calle Mayor", "Avenida del Sol", "Plaza Nueva", "Calle Real"),
    ),
    Region(
        "IT", "it", 0.06, 2, {"it": 0.65, "com": 0.3, "net": 0.05},
        {"gmail": 0.46, "libero": 0.32, "outlook": 0.12, "yahoo": 0.06, "icloud": 0.04},
        _IT_FIRST, _IT_LAST, _words("Montebello Vallerosa Castelvento Pontelago"),
        ("Via Roma", "Via Garibaldi", "Corso Italia", "Piazza Grande"),
    ),
    Region(
        "NL", "nl", 0.05, 2, {"nl": 0.72, "com": 0.22, "eu": 0.06},
        {"gmail": 0.5, "outlook": 0.33, "icloud": 0.12, "yahoo": 0.05},
        _NL_FIRST, _NL_LAST, _words("Oudedam Waterveen Kerkrijk Hoogland"),
        ("Dorpsstraat", "Kerkweg", "Stationsplein", "Molenlaan"),
    ),
    Region(
        "BR", "pt", 0.05, -3, {"com.br": 0.7, "com": 0.26, "net": 0.04},
        {"gmail": 0.58, "outlook": 0.28, "yahoo": 0.11, "icloud": 0.03},
        _BR_FIRST, _BR_LAST, _words("Novaserra Campoalto Riobelo Santaluzia"),
        ("Rua das Flores", "Avenida Central", "Rua Sete", "Travessa do Porto"),
    ),
)  # fmt: skip
REGION_INDEX: Final = {region.code: index for index, region in enumerate(REGIONS)}
WEIGHTS: Final = {index: region.weight for index, region in enumerate(REGIONS)}

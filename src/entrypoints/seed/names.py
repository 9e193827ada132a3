"""Names from many places, to make up people of: as they are written there, and as an address spells them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Culture:
    """Where somebody comes from: language, time zone, places, given and family names; the family first in some."""

    language: str
    zone: str
    places: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]
    family_first: bool = False


def _of(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


CULTURES = (
    Culture("en", "Europe/London", _of("London,Leeds,Cardiff"), _of("Ada,Charles,Mary,Alan,Rosalind,Grace"),
            _of("Lovelace,Babbage,Somerville,Turing,Franklin,O’Neill")),
    Culture("de", "Europe/Berlin", _of("Göttingen,Köln,Zürich"), _of("Emmy,Jörg,Käthe,Max,Hanna,Günther"),
            _of("Nöther,Müller,Weiß,Gauß,Schröder,von der Heide")),
    Culture("fr", "Europe/Paris", _of("Paris,Liège,Orléans"), _of("Sophie,Évariste,Émilie,François,Zoé,Benoît"),
            _of("Germain,Galois,du Châtelet,Viète,Lefèvre,Mandelbrot")),
    Culture("es", "America/Bogota", _of("Bogotá,Córdoba,Logroño"), _of("María,José,Íñigo,Lucía,Ángel,Begoña"),
            _of("Muñoz,García Márquez,Peña,Ibáñez,Núñez,Quiñones")),
    Culture("pl", "Europe/Warsaw", _of("Kraków,Łódź,Wrocław"), _of("Maria,Stanisław,Małgorzata,Wacław,Zofia,Paweł"),
            _of("Skłodowska,Ulam,Dąbrowska,Sierpiński,Żak,Łukasiewicz")),
    Culture("tr", "Europe/Istanbul", _of("İstanbul,İzmir,Diyarbakır"), _of("Cahit,Gülşen,Işıl,Çağla,Ömer,Yiğit"),
            _of("Arf,Öztürk,Yılmaz,Şahin,Çelik,Güneş")),
    Culture("ru", "Europe/Kyiv", _of("Київ,Одеса,Харків"), _of("Софія|Sofia,Андрій|Andrii,Ольга|Olha,Тарас|Taras"),
            _of("Ковалевська|Kovalevska,Шевченко|Shevchenko,Ладиженська|Ladyzhenska,Боголюбов|Boholiubov")),
    Culture("el", "Europe/Athens", _of("Αθήνα,Θεσσαλονίκη,Σάμος"),
            _of("Υπατία|Hypatia,Κωνσταντίνος|Konstantinos,Ελένη|Eleni"),
            _of("Καραθεοδωρή|Karatheodori,Παπακυριακόπουλος|Papakyriakopoulos,Αρβανίτη|Arvaniti")),
    Culture("zh", "Asia/Shanghai", _of("北京,上海,成都"), _of("省身|Shengshen,贞仪|Zhenyi,景润|Jingrun,明|Ming"),
            _of("陈|Chen,王|Wang,华|Hua,欧阳|Ouyang"), family_first=True),
    Culture("ja", "Asia/Tokyo", _of("京都,東京,札幌"), _of("孝和|Takakazu,潔|Kiyoshi,さくら|Sakura,健|Ken"),
            _of("関|Seki,岡|Oka,高木|Takagi,小平|Kodaira"), family_first=True),
    Culture("ko", "Asia/Seoul", _of("서울,부산,대전"), _of("준이|Juni,서연|Seoyeon,민준|Minjun,지우|Jiu"),
            _of("허|Huh,김|Kim,이|Lee,박|Park"), family_first=True),
    Culture("ar", "Africa/Cairo", _of("القاهرة,بغداد,الرباط"), _of("ليلى|Layla,عمر|Omar,فاطمة|Fatima,يوسف|Yusuf"),
            _of("الخوارزمي|Alkhwarizmi,الحسن|Alhasan,منصور|Mansour,الفهري|Alfihri")),
    Culture("hi", "Asia/Kolkata", _of("कोलकाता,चेन्नई,मुंबई"),
            _of("शकुंतला|Shakuntala,श्रीनिवास|Srinivasa,आर्या|Arya,रवि|Ravi"),
            _of("देवी|Devi,रामानुजन|Ramanujan,भट्ट|Bhatt,चंद्रा|Chandra")),
    Culture("pt", "America/Sao_Paulo", _of("São Paulo,Évora,Maceió"), _of("João,Antônia,Célia,Artur,Inês,Tomé"),
            _of("Ávila,Gonçalves,de Sá,Conceição,Magalhães,Simões")),
    Culture("yo", "Africa/Lagos", _of("Lagos,Ìbàdàn,Abẹ́òkúta"), _of("Adéọlá,Chinua,Ngọzi,Babátúndé"),
            _of("Adéyẹmí,Okonkwo,Ọláìyá,Nwosu")),
)  # fmt: skip
BIOS = (
    "Builds small engines that do one thing, and do it every time.",
    "Reads more than she writes, and writes more than she says.",
    "Weaves algebraic patterns.\n\nOn weekends: looms, bicycles, bread.",
    "Counts birds at dawn and tickets at noon.",
    "Here for the maps.",
    "Retired twice. Third time lucky.",
    "Asks what happens when the network is away, then unplugs it.",
    "Translates manuals that nobody reads, so that somebody does.",
)
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile "
    "Safari/537.36",
)
REASONS = ("Advertising in comments.", "Several accounts for one person.", "Asked us to close it for a while.")

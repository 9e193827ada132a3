"""Sentences in several languages, to make up posts of: whoever, does whatever, somewhere; every combination is one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tongue:
    """The parts of sentences and posts in one language. A sentence is `who` + `does` + `where` + `stop`."""

    who: tuple[str, ...]
    does: tuple[str, ...]
    where: tuple[str, ...]
    topics: tuple[str, ...]
    claims: tuple[str, ...]
    headings: tuple[str, ...]
    items: tuple[str, ...]
    asides: tuple[str, ...]
    remarks: tuple[str, ...]
    gap: str = " "
    stop: str = ". "


def _of(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


ENGLISH = Tongue(
    who=_of("The loom|My neighbour’s kettle|The night train|A patient compiler|The oldest lighthouse|Our small engine|"
            "The library cat|Every second engineer|The tide table|A borrowed telescope|The village baker|"
            "The analytical engine|An unread manual|The quiet half of the team|The harbour crane|A good bug report|"
            "The museum’s pendulum|The cartographer|A well-kept notebook|The last tram"),
    does=_of("counts in sevens|keeps its promises|never asks twice|forgets the date but not the weather|"
             "repairs more than it breaks|arrives a minute early|remembers every mistake kindly|"
             "measures before it cuts|"
             "learns by listening|prefers the long way round|explains itself in one sentence|"
             "sings slightly out of tune|"
             "writes everything down|waits until the water is calm|fails gracefully|starts again without complaint|"
             "hides a second meaning|holds more than it shows|turns left where the map says right|"
             "works best unobserved"),
    where=_of("on the first cold morning|behind the old observatory|when nobody is watching|between two deployments|"
              "in the reading room|at the end of the platform|after the third cup of coffee|under a paper moon|"
              "somewhere near Leeds|on a rainy Thursday|while the kettle boils|in the margin of page forty-two|"
              "according to the logbook|long before sunrise|in the smaller of the two valleys|at low tide"),
    topics=_of("Notes from a year of weaving|The case for slow software|Letters to a young engineer|"
               "Bread and arithmetic|"
               "A field guide to quiet machines|How we moved the archive|What the pendulum knows|"
               "Maps of places that moved|"
               "Small tools, sharp edges|The art of the second draft|A short history of counting|"
               "Migrating without tears|"
               "Birds at dawn, tickets at noon|Everything I learned about queues|Repair as a way of thinking|"
               "The bicycle workshop papers|On naming things|Ten winters by the sea|The garden as a database|"
               "Postcards from the observatory"),
    claims=_of("a beginning|what stayed, what went|and why it matters|part two|the honest version|in seven steps|"
               "a correction|lessons from the harbour|with diagrams|for people in a hurry|an unfinished answer|"
               "the view from Cardiff|after ten thousand hours|told backwards|a love letter|questions and answers"),
    headings=_of("What happened|The plan|Where it broke|What we measured|A detour|The second attempt|What remains|"
                 "For next time|Tools and materials|Thanks"),
    items=_of("two metres of linen thread|a pencil that is **not** sharp|one honest estimate|the `tide-table` script|"
              "somebody who has done it before|a list of what can wait|patience, mostly|a photograph of the old wiring|"
              "the *small* screwdriver|three quiet hours|a second opinion|yesterday’s backup"),
    asides=_of("What is written down can be corrected; what is remembered can only be defended.|"
               "Nobody ever regretted a label on a cable.|The map is late, but the territory is patient.|"
               "First make it honest, then make it quick.|A machine is a promise with moving parts.|"
               "If it hurts, draw it."),
    remarks=_of("I tried this at home, and the cat approves.|Thank you, this saved my weekend.|Where can I read more?|"
                "Not so sure about the second part.|We did the same in 2019, with less bread.|Beautifully put.|"
                "The link to the drawings is gone, could you look?|My grandmother would have agreed.|"
                "This works with wool as well.|I disagree, kindly: it is the pendulum."),
)  # fmt: skip
GERMAN = Tongue(
    who=_of("Der Webstuhl|Die alte Sternwarte|Ein geduldiger Setzer|Das Gezeitenbuch|Der letzte Nachtzug|"
            "Die Nachbarin mit dem Lastenrad|Unsere kleine Maschine|Ein geliehenes Fernrohr|Der Bäcker in der Südstadt|"
            "Jede zweite Prüfung|Das Schiffshebewerk|Die Bibliothekskatze|Ein gutes Werkzeug|Der Übersetzer|"
            "Die Größe der Werkstatt|Das ungelesene Handbuch"),
    does=_of("zählt leise mit|kommt eine Minute zu früh|vergisst nichts, auch das Wetter nicht|"
             "hält mehr als versprochen|"
             "beginnt noch einmal von vorn|erklärt sich in einem Satz|misst zweimal und schneidet einmal|"
             "wartet auf ruhiges Wasser|fährt lieber den längeren Weg|schreibt alles auf|überrascht niemanden mehr|"
             "läuft am besten unbeobachtet|hört erst zu und antwortet dann|singt ein wenig schief"),
    where=_of("am ersten kalten Morgen|hinter dem Güterbahnhof|kurz vor Göttingen|zwischen zwei Versionen|im Lesesaal|"
              "bei Niedrigwasser|an einem verregneten Donnerstag|nach dem dritten Kaffee|laut Fahrtenbuch|"
              "lange vor Sonnenaufgang|im kleineren der beiden Täler|am Rand von Seite zweiundvierzig"),
    topics=_of("Aufzeichnungen aus der Werkstatt|Über das Benennen der Dinge|Brot und Arithmetik|"
               "Kleine Geschichte des Zählens|Briefe an eine junge Ingenieurin|Karten von Orten, die umgezogen sind|"
               "Umzug eines Archivs|Vögel am Morgen|Vom Reparieren|Zehn Winter am Meer|Der Garten als Datenbank|"
               "Maß und Übermaß|Grüße aus der Sternwarte|Lob der zweiten Fassung"),
    claims=_of("ein Anfang|was bleibt|zweiter Teil|die ehrliche Fassung|in sieben Schritten|eine Berichtigung|"
               "für Eilige|mit Zeichnungen|Fragen und Antworten|rückwärts erzählt|aus der Sicht von Köln|ein Nachtrag"),
    headings=_of("Was geschah|Der Plan|Wo es brach|Was wir maßen|Ein Umweg|Der zweite Versuch|Was übrig bleibt|"
                 "Fürs nächste Mal|Dank"),
    items=_of("zwei Meter Leinengarn|ein **stumpfer** Bleistift|eine ehrliche Schätzung|das Skript `gezeiten`|"
              "jemand, der es schon einmal tat|Geduld, vor allem|ein Foto der alten Leitungen|drei stille Stunden|"
              "die *kleine* Zange|die Sicherung von gestern"),
    asides=_of("Was geschrieben steht, lässt sich verbessern.|Niemand hat je ein Etikett am Kabel bereut.|"
               "Erst ehrlich, dann schnell.|Eine Maschine ist ein Versprechen mit beweglichen Teilen.|"
               "Wenn es weh tut, zeichne es auf."),
    remarks=_of("Das hat mir das Wochenende gerettet, danke.|Beim zweiten Teil bin ich nicht sicher.|"
                "Schön gesagt.|Geht auch mit Wolle.|Wo kann man mehr darüber lesen?|Meine Großmutter hätte zugestimmt.|"
                "Der Verweis auf die Zeichnungen führt ins Leere.|Ich widerspreche, freundlich."),
)  # fmt: skip
FRENCH = Tongue(
    who=_of("Le métier à tisser|La vieille horloge|Un compilateur patient|Le dernier tramway|La voisine du quai|"
            "Notre petite machine|Un télescope emprunté|Le boulanger de la gare|La bibliothèque du village|"
            "Le carnet de bord|Une ingénieure sur deux|Le phare d’Ouessant"),
    does=_of("compte à voix basse|arrive une minute trop tôt|n’oublie jamais la météo|tient ses promesses|"
             "recommence sans se plaindre|mesure deux fois avant de couper|attend que l’eau soit calme|"
             "préfère le chemin le plus long|s’explique en une phrase|chante un peu faux|cache un second sens"),
    where=_of("au premier matin froid|derrière l’ancien observatoire|entre deux versions|dans la salle de lecture|"
              "à marée basse|un jeudi de pluie|après le troisième café|selon le journal de bord|bien avant l’aube|"
              "quelque part près de Liège"),
    topics=_of("Carnet d’un atelier|De l’art de nommer|Pain et arithmétique|Petite histoire du comptage|"
               "Lettres à une jeune ingénieure|Cartes de lieux déplacés|Éloge de la réparation|Dix hivers à la mer|"
               "Le jardin comme base de données|Déménager une archive|Oiseaux à l’aube"),
    claims=_of("un début|ce qui reste|deuxième partie|la version honnête|en sept étapes|une correction|"
               "pour gens pressés|"
               "avec schémas|questions et réponses|raconté à l’envers"),
    headings=_of("Ce qui s’est passé|Le plan|Là où ça casse|Ce que nous avons mesuré|Un détour|Le second essai|"
                 "Ce qui reste|Remerciements"),
    items=_of("deux mètres de fil de lin|un crayon **émoussé**|une estimation honnête|le script `marees`|"
              "de la patience, surtout|une photographie de l’ancien câblage|trois heures de silence|"
              "la sauvegarde d’hier"),
    asides=_of("Ce qui est écrit se corrige.|D’abord honnête, ensuite rapide.|Si cela fait mal, dessinez-le.|"
               "Une machine est une promesse à pièces mobiles."),
    remarks=_of("Merci, cela a sauvé mon week-end.|Joliment dit.|Cela marche aussi avec de la laine.|"
                "Où peut-on en lire davantage ?|Je ne suis pas sûre de la seconde partie.|"
                "Ma grand-mère serait d’accord."),
)  # fmt: skip
SPANISH = Tongue(
    who=_of("El telar|La vieja imprenta|Un compilador paciente|El último tranvía|La vecina del muelle|"
            "Nuestra pequeña máquina|Un telescopio prestado|El panadero de la estación|La niña de los mapas|"
            "El cuaderno de bitácora|Una ingeniera de cada dos"),
    does=_of("cuenta en voz baja|llega un minuto antes|no olvida nunca el tiempo que hacía|cumple sus promesas|"
             "empieza otra vez sin quejarse|mide dos veces y corta una|espera a que el agua esté en calma|"
             "prefiere el camino más largo|se explica en una frase|canta un poco desafinado"),
    where=_of("en la primera mañana fría|detrás del observatorio|entre dos versiones|en la sala de lectura|"
              "con marea baja|un jueves de lluvia|después del tercer café|según la bitácora|mucho antes del alba|"
              "cerca de Logroño"),
    topics=_of("Apuntes de un taller|El arte de nombrar|Pan y aritmética|Breve historia de contar|"
               "Cartas a una joven ingeniera|Mapas de lugares que se mudaron|Elogio de la reparación|"
               "Diez inviernos junto al mar|El jardín como base de datos|Mudar un archivo|Pájaros al amanecer"),
    claims=_of("un comienzo|lo que queda|segunda parte|la versión honesta|en siete pasos|una corrección|"
               "para quien tiene prisa|con dibujos|preguntas y respuestas|contado al revés"),
    headings=_of("Qué pasó|El plan|Dónde se rompió|Lo que medimos|Un rodeo|El segundo intento|Lo que queda|Gracias"),
    items=_of("dos metros de hilo de lino|un lápiz **sin** punta|una estimación honesta|el guion `mareas`|"
              "paciencia, sobre todo|una foto del cableado antiguo|tres horas de silencio|la copia de ayer"),
    asides=_of("Lo escrito se puede corregir.|Primero honesto, después rápido.|Si duele, dibújalo.|"
               "Una máquina es una promesa con piezas móviles."),
    remarks=_of("Gracias, me salvó el fin de semana.|Qué bien dicho.|También funciona con lana.|"
                "¿Dónde puedo leer más?|No estoy seguro de la segunda parte.|Mi abuela estaría de acuerdo."),
)  # fmt: skip
JAPANESE = Tongue(
    who=_of("古い織機は|隣の猫は|夜行列車は|小さな機関は|港の灯台は|図書館の時計は|辛抱強い職人は|借りた望遠鏡は|"
            "海辺の地図は|最後の路面電車は"),
    does=_of("静かに数を数える|一分早く着く|天気だけは忘れない|約束を守る|もう一度最初から始める|二度測って一度切る|"
             "遠回りを好む|"
             "一文で説明する|少し音を外して歌う"),
    where=_of("寒い朝に|古い天文台の裏で|版と版のあいだに|閲覧室で|引き潮のときに|雨の木曜日に|"
              "三杯目のコーヒーのあとで|夜明け前に"),
    topics=_of("工房の記録|名前をつける技術|パンと算術|数える歴史|若い技術者への手紙|動いた場所の地図|修理のすすめ|"
               "海辺の十の冬|庭というデータベース|夜明けの鳥"),
    claims=_of("はじめに|残ったもの|その二|正直な版|七つの手順|訂正|急ぐ人のために|問いと答え"),
    headings=_of("何が起きたか|計画|どこで壊れたか|測ったこと|寄り道|二度目の試み|残ったもの|謝辞"),
    items=_of("亜麻糸を二メートル|**丸い**鉛筆|正直な見積もり|`tide` という道具|何よりも忍耐|昔の配線の写真|"
              "静かな三時間"),
    asides=_of("書いたものは直せる。|まず正直に、それから速く。|機械とは動く約束である。"),
    remarks=_of("週末が救われました。ありがとうございます。|美しい言い方ですね。|毛糸でもできました。|"
                "続きが読みたいです。"),
    gap="", stop="。",
)  # fmt: skip
TONGUES = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "ja": JAPANESE}
CODE = (
    "```python\nfor tide in table:\n    if tide.is_low:\n        harbour.open()\n```",
    "```sql\nSELECT name, count(*) FROM looms GROUP BY name;\n```",
    "```sh\nmake run\n```",
)
TAGS = _of(
    "software|history|craft|weaving|python|gardening|maps|bicycles|bread|music|databases|repair|travel|photography|"
    "mathematics|books|sea|birds|engines|railways|design|testing|writing|coffee|winter|astronomy|cooking|"
    "teaching|linux|"
    "security|typography|electronics|language|statistics|walking|archives|clocks|flask|sql|postgresql|sqlite|redis|"
    "queues|"
    "algorithms|compilers|accessibility|privacy|email|logging|deployment|docker|networks|radio|telegraph|telescopes|"
    "lighthouses|harbours|rivers|mountains|forests|mushrooms|bees|cats|dogs|horses|trams|bridges|tunnels|canals|mills|"
    "looms|knitting|sewing|leather|pottery|glass|paper|printing|bookbinding|calligraphy|ink|pens|drawing|painting|"
    "sculpture|theatre|opera|choir|piano|violin|folk|jazz|dance|chess|puzzles|origami|kites|sailing|rowing|swimming|"
    "running|climbing|skiing|camping|tents|knots|ropes|tools|wood|metal|welding|plumbing|insulation|heating|solar|wind|"
    "batteries|cables|soldering|sensors|robots|drones|satellites|weather|clouds|rain|snow|ice|tides|storms|geology|"
    "fossils|volcanoes|chemistry|physics|biology|botany|medicine|sleep|tea|soup|cheese|apples|potatoes|honey|salt|"
    "spices|"
    "fermentation|recipes|markets|economics|accounting|law|libraries|museums|schools|universities|letters|diaries|"
    "poetry|"
    "short-stories|essays|translation|latin|greek|deutsch|français|español|日本語|köln|zürich|kraków|são-paulo|leeds|"
    "bogotá|ångström|naïve-bayes|c++|c#|.net|front-end|back-end|hexagons|events|cron|time-zones|unicode|utf-8|regex|"
    "parsing|markdown|html|css|http|dns|caching|load-tests|profiling|refactoring|pairing|remote-work|meetings|"
    "estimates|retrospectives|hiring|mentoring|open-source|licences|funding|newsletters|ada-lovelace|babbage|noether"
)
"""From the most used to the least."""
HIDDEN_FOR = ("Advertising.", "Copied from elsewhere without saying so.", "It names somebody who did not agree.")

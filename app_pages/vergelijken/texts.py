"""Texts of the page that compares."""

from __future__ import annotations

from app_pages.shell.texts import pick

LETTERS = "ABCDEF"

TEXTS: dict[str, tuple[str, str]] = {
    "intro": (
        "Kies twee tot en met zes scenario’s. Het eerste is A; de andere worden met A vergeleken, met dezelfde "
        "huishoudens, woningen en hetzelfde toeval.",
        "Choose two to six scenarios. The first is A; the others are compared with A, with the same households, homes "
        "and luck.",
    ),
    "choose": ("Scenario’s", "Scenarios"),
    "choose_hint": ("Kies een scenario", "Choose a scenario"),
    "own_wrong": (
        "Het scenario uit de zijbalk telt daarom niet mee en kan niet worden bewaard.",
        "The scenario of the sidebar is therefore left out and cannot be kept.",
    ),
    "own": ("Zijbalk: {title}", "Sidebar: {title}"),
    "with_code": ("{title} ({code})", "{title} ({code})"),
    "too_few": ("Kies ten minste twee scenario’s.", "Choose at least two scenarios."),
    "unknown": ("Dit staat in de link, maar is hier niet te vinden: {what}.",
                "This stands in the link, but cannot be found here: {what}."),
    "too_many": ("De link noemt meer dan {most} scenario’s; de eerste {most} tellen.",
                 "The link names more than {most} scenarios; the first {most} count."),
    "cannot": ("Deze scenario’s zijn niet te vergelijken: {problem}", "These scenarios cannot be compared: {problem}"),
    "same": ("De doorrekening van {letters} is dezelfde.", "The runs of {letters} are the same."),
    "nothing_differs": ("geen verschil met de uitgangssituatie", "no difference from the baseline"),
    "what": ("Wat er anders is", "What differs"),
    "key": ("Kerncijfers", "Key figures"),
    "t_key": (
        "Van de {count} kerncijfers zijn er, vergeleken met A, {parts}",
        "Of the {count} key figures, compared with A, {parts}",
    ),
    "t_key_part": (
        "in {letter} {better} duidelijk beter en {worse} duidelijk slechter",
        "in {letter} {better} are clearly better and {worse} clearly worse",
    ),
    "key_note": (
        "n = {count}; {first} tot en met {last}; ‘einde’ is {last}. Verschil met A met 90%-interval, paar voor paar. "
        "Sommige kerncijfers hangen samen, dus hun aantal is geen maat voor hoeveel er verandert. Vol: op een dag meer "
        "dan {full} mensen zonder plek",
        "n = {count}; {first} to {last}; ‘end’ is {last}. Difference from A with its 90% interval, pair by pair. Some "
        "key figures go together, so their number does not measure how much changes. Full: more than {full} people "
        "without a place on a day",
    ),
    "measure": ("maat", "measure"),
    "unit": ("eenheid", "unit"),
    "scenario": ("scenario", "scenario"),
    "mean": ("gemiddeld", "mean"),
    "difference": ("verschil met A", "difference from A"),
    "interval": ("90%-interval", "90% interval"),
    "low": ("laag", "low"),
    "high": ("hoog", "high"),
    "verdict": ("oordeel", "verdict"),
    "better": ("beter", "better"),
    "worse": ("slechter", "worse"),
    "higher": ("hoger", "higher"),
    "lower": ("lager", "lower"),
    "unclear": ("geen duidelijk verschil", "no clear difference"),
    "equal": ("gelijk", "equal"),
    "few": ("te weinig replicaties", "too few replications"),
    "reference": ("vergelijkingspunt", "reference"),
    "range": ("{low} tot {high}", "{low} to {high}"),
    "t_more": (
        "in {letter} {figure} {unit} meer dan in A (90%-interval {low} tot {high})",
        "in {letter} {figure} {unit} more than in A (90% interval {low} to {high})",
    ),
    "t_less": (
        "in {letter} {figure} {unit} minder dan in A (90%-interval {low} tot {high})",
        "in {letter} {figure} {unit} fewer than in A (90% interval {low} to {high})",
    ),
    "t_equal": ("{letters} gelijk aan A", "{letters} equal to A"),
    "t_unclear": ("van {letters} geen duidelijk verschil met A", "no clear difference of {letters} from A"),
    "t_few": (
        "voor {letters} nog te weinig replicaties voor een interval",
        "too few replications yet for an interval for {letters}",
    ),
    "and": ("en", "and"),
    "alt": ("Lijnen per maand voor {count} scenario’s. {finding}", "Lines per month for {count} scenarios. {finding}"),
    "split": ("Waardoor komt het verschil?", "What causes the difference?"),
    "split_intro": (
        "Het verschil tussen twee scenario’s, verdeeld over de knoppen die anders staan. De delen tellen op tot het "
        "verschil. Elke combinatie van knoppen wordt doorgerekend, met hoogstens {most} knoppen.",
        "The difference between two scenarios, divided over the levers that differ. The parts add up to the "
        "difference. Every combination of levers is run, with at most {most} levers.",
    ),
    "from": ("van", "from"),
    "to": ("naar", "to"),
    "split_go": ("Splits de oorzaak", "Split the cause"),
    "split_same": ("Deze twee scenario’s hebben geen knop die anders staat.",
                   "These two scenarios have no lever that differs."),
    "split_many": (
        "Tussen {a} en {b} verschillen {count} knoppen; splitsen kan met hoogstens {most} knoppen.",
        "Between {a} and {b} {count} levers differ; a split takes at most {most}.",
    ),
    "split_size": ("{count} knoppen: {runs} combinaties van {n} replicaties.",
                   "{count} levers: {runs} combinations of {n} replications."),
    "split_size_one": ("1 knop: {runs} combinaties van {n} replicaties.",
                       "1 lever: {runs} combinations of {n} replications."),
    "split_cannot": ("Dit verschil is niet te splitsen: {problem}", "This difference cannot be split: {problem}"),
    "split_wait": ("Splitsen kan als de vergelijking klaar is.",
                   "A split is possible when the comparison is finished."),
    "split_progress": ("{done} van {total} combinaties", "{done} of {total} combinations"),
    "split_stopped": ("Gestopt na {done} van {total} combinaties.", "Stopped after {done} of {total} combinations."),
    "t_split": (
        "Het verschil tussen {a} en {b} in {what} komt vooral door ‘{lever}’: {part} ({low} tot {high}, 90%-interval) "
        "van {whole} {unit}",
        "The difference between {a} and {b} in {what} comes mostly from ‘{lever}’: {part} ({low} to {high}, 90% "
        "interval) of {whole} {unit}",
    ),
    "t_split_none": (
        "Tussen {a} en {b} verandert geen van deze maten",
        "None of these measures changes between {a} and {b}",
    ),
    "t_split_unclear": (
        "Geen knop verklaart aantoonbaar een verschil tussen {a} en {b}",
        "No lever demonstrably explains a difference between {a} and {b}",
    ),
    "split_note": (
        "n = {count}; streep: 90%-interval van het deel. Driehoek en ruit: gemiddelden",
        "n = {count}; line: 90% interval of the part. Triangle and diamond: means",
    ),
    "part": ("deel", "part"),
    "alone": ("alleen", "alone"),
    "last": ("als laatste", "as the last"),
    "lever": ("knop", "lever"),
    "together": ("samen", "together"),
    "split_why": (
        "Een deel is wat een knop gemiddeld toevoegt over alle volgordes. ‘Alleen’ is zijn effect zonder de andere "
        "knoppen, ‘als laatste’ zijn effect als de andere al zijn omgezet. Lopen die uiteen, dan hangen de knoppen "
        "van elkaar af.",
        "A part is what a lever adds on average over all orders. ‘Alone’ is its effect without the other levers, ‘as "
        "the last’ its effect when the others are turned already. Where these differ, levers depend on each other.",
    ),
    "report": ("Rapport en tabellen", "Report and tables"),
    "report_intro": (
        "Eén pagina om door te sturen, met bevindingen, grafieken, knoppen en bronnen; en alle tabellen.",
        "One page to send on, with findings, charts, levers and sources; and all tables.",
    ),
    "report_nl": ("Rapport, Nederlands (HTML)", "Report, Dutch (HTML)"),
    "report_en": ("Rapport, Engels (HTML)", "Report, English (HTML)"),
    "tables_xlsx": ("Tabellen (XLSX)", "Tables (XLSX)"),
    "tables_csv": ("Tabellen (CSV, zip)", "Tables (CSV, zip)"),
    "tables_parquet": ("Tabellen (Parquet, zip)", "Tables (Parquet, zip)"),
    "keep": ("Scenario’s bewaren en openen", "Save and open scenarios"),
    "keep_intro": (
        "Het scenario uit de zijbalk kunt u downloaden als bestand, of op deze server bewaren onder een code. Wie de "
        "code heeft, kan het scenario openen; wat bewaard is, verandert niet meer. Een geladen bestand krijgt ook "
        "zo’n code, zodat de link van deze pagina blijft werken.",
        "Download the scenario of the sidebar as a file, or keep it on this server under a code. Whoever has the code "
        "can open the scenario; what is kept does not change any more. A loaded file gets such a code too, so that "
        "the link of this page keeps working.",
    ),
    "download": ("Download scenario (YAML)", "Download scenario (YAML)"),
    "keep_go": ("Bewaar onder een code", "Keep under a code"),
    "kept": ("Bewaard onder code **{code}**. Link: {link}", "Kept under code **{code}**. Link: {link}"),
    "upload": ("Scenariobestand (YAML)", "Scenario file (YAML)"),
    "upload_go": ("Voeg het bestand toe", "Add the file"),
    "upload_none": ("Kies eerst een bestand.", "Choose a file first."),
    "code": ("Code", "Code"),
    "code_go": ("Open de code", "Open the code"),
    "refused": ("Er is niets overgenomen. {problem}", "Nothing was applied. {problem}"),
    "disk": ("Deze server kan nu niets bewaren; download het scenario als bestand.",
             "This server cannot keep anything now; download the scenario as a file."),
    "added": ("‘{title}’ is toegevoegd.", "‘{title}’ was added."),
    "full": ("Er zijn al {most} scenario’s gekozen; haal er eerst een weg.",
             "{most} scenarios are chosen already; remove one first."),
    "put": ("Scenario naar de zijbalk", "Scenario to the sidebar"),
    "put_go": ("Overnemen in de knoppen", "Apply to the levers"),
    "put_cannot": (
        "Dit scenario kan niet in de knoppen worden overgenomen, omdat het een {what} heeft; vergelijk het op deze "
        "pagina.",
        "This scenario cannot be applied to the levers, because it has {what}; compare it on this page.",
    ),
    "put_start": ("andere begindatum", "another start date"),
    "put_seed": ("ander zaad", "another seed"),
    "put_lost": ("Dit scenario is niet meer te vinden.", "This scenario can no longer be found."),
}  # fmt: skip


def word(key: str, **values: object) -> str:
    """A text of this page in the language of the visitor."""
    return pick(TEXTS, key, **values)


def charts_texts() -> dict[str, tuple[str, str]]:
    """The texts of the shell, for words that pictures share."""
    from app_pages.shell.texts import TEXTS as shell

    return shell

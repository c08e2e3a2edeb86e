"""The words that decide what an edit signifies: readable lists, several languages, one reason each.

A cue is matched on changed words only (what went and what came), in normal form: lower case, no punctuation.
"""

from __future__ import annotations

import re

from .edit import Why

_LISTS: tuple[tuple[Why, str], ...] = (
    (
        Why.NEGATION,
        "not no never none neither nor cannot without nothing "
        "nicht kein keine keinen keiner keinem nie niemals ohne weder "
        "ne pas non jamais aucun aucune sans ni no nunca ningún ninguna sin não nunca nenhum nenhuma sem "
        "nessun nessuna mai senza niet geen nooit zonder nie bez inte ikke",
    ),
    (
        Why.DUTY,
        "may must shall will can could should might required require requires requirement obliged obligation permitted permit "
        "permits allowed allow allows prohibited prohibit prohibits forbidden restrict restricted entitled entitlement agree agrees "
        "consent consents authorize authorise authorizes authorised authorized grant grants granted reserve reserves waive waives "
        "waiver mandatory optional voluntarily request requests requested guarantee guarantees warrant warrants warranty "
        "darf dürfen muss müssen soll sollen kann können verpflichtet berechtigt erlaubt verboten zustimmung einwilligung "
        "peut peuvent doit doivent pouvez devez pourra pourrons obligatoire autorisé autorisée interdit interdite consentement "
        "puede pueden debe deben podrá podremos deberá obligatorio permitido prohibido consentimiento "
        "pode podem deve devem poderá deverá obrigatório permitido proibido consentimento "
        "può possono deve devono potrà dovrà obbligatorio consentito vietato consenso "
        "mag mogen moet moeten kan kunnen zal zullen verplicht toegestaan verboden toestemming",
    ),
    (
        Why.SCOPE,
        "unless except excluding including include includes exclude excludes exception exceptions only solely any all every each either if where provided "
        "notwithstanding regardless subject limited unlimited extent applies apply apply applicable scope sole exclusive exclusively "
        "irrevocable irrevocably perpetual worldwide royalty revocable transferable sublicensable sublicense "
        "automatically immediately prior notice anyone everyone "
        "sofern außer ausgenommen einschließlich nur ausschließlich falls wenn sauf hormis uniquement seulement notamment "
        "salvo excepto incluyendo solamente sólo exceto incluindo somente apenas eccetto incluso solo soltanto tenzij behalve alleen",
    ),
    (
        Why.PARTY,
        "affiliate affiliates subsidiary subsidiaries subprocessor subprocessors processor processors controller controllers vendor vendors "
        "partner partners advertiser advertisers authority authorities government law enforcement reseller resellers distributor distributors "
        "provider providers contractor contractors inc llc ltd limited gmbh corp corporation plc sarl sas bv pbc children child minor "
        "minors parent guardian employer administrator administrators admin third parties party organization organisation buyer successor "
        "verbundene unternehmen dritte auftragsverarbeiter sous traitant traitants tiers encargado terceros subencargado terceiros terzi",
    ),
    (
        Why.PURPOSE,
        "train training trained improve improving improvement develop developing development marketing advertising advertise targeted "
        "personalize personalise personalized analytics research security fraud abuse monitor monitoring moderation sell sale sold share sharing shared "
        "disclose disclosed disclosure retain retained retention store stored delete deleted deletion opt out optout profiling automated "
        "benchmark compete competing competitive scrape scraping reverse engineer engineering reproduce resell commercial research "
        "training trainieren verbessern werbung speichern löschen weitergeben entraîner entraînement améliorer publicité conserver supprimer "
        "entrenar entrenamiento mejorar publicidad conservar eliminar treinar treinamento melhorar publicidade excluir addestrare migliorare pubblicità",
    ),
    (
        Why.DATA,
        "data information content input inputs output outputs prompt prompts conversation conversations message messages biometric biometrics health "
        "location geolocation ip address addresses device identifier identifiers cookie cookies contact contacts payment financial audio voice video image images photo "
        "photos file files log logs usage metadata email telephone phone birth age gender race ethnic religion sexual genetic feedback "
        "account history memory memories transcripts recordings keystroke "
        "daten informationen inhalte eingaben ausgaben données informations contenu contenus datos información contenido dados informações conteúdo dati informazioni contenuti gegevens",
    ),
    (
        Why.PROVISION,
        "arbitration arbitrate arbitrator class action jury court courts jurisdiction venue governing law liability liable indemnify indemnification indemnity damages "
        "disclaimer disclaim terminate termination terminated suspend suspension cancel cancellation refund refunds refundable fee fees price pricing charge charges payment "
        "renew renewal subscription trial credits tax taxes license licence ownership own owns copyright trademark intellectual property rights right "
        "dispute disputes claim claims remedy remedies breach confidentiality confidential audit transfer transfers adequacy clauses safeguards "
        "objection object withdraw withdrawal access rectification portability erasure complaint appeal encryption incident breach age years old "
        "haftung kündigung gerichtsstand schiedsverfahren gebühren responsabilité résiliation tribunal arbitrage remboursement frais licence "
        "responsabilidad terminación arbitraje reembolso licencia responsabilidade rescisão arbitragem licença responsabilità recesso arbitrato licenza",
    ),
)
WHY_OF_WORD = {word: why for why, words in reversed(_LISTS) for word in words.split()}

_UNITS = (
    r"(?:calendar |business |working )?(?:second|minute|hour|day|week|month|year|quarter)s?|tage?n?|wochen?|monate?n?|jahre?n?|jours?|semaines?|mois|ans?|années?|"
    r"d[ií]as?|semanas?|mes(?:es)?|años?|anos?|giorni|settimane|mesi|anni|dagen|weken|maanden|jaar"
)
_COUNTS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|eighteen|twenty(?:-one)?|thirty|forty-five|forty|fifty|"
    r"sixty|ninety|hundred|thousand|million|dreißig|neunzig|sechzig|trente|soixante|treinta|sesenta|noventa|trinta|sessenta"
)
PERIOD = re.compile(rf"\b(?:\d[\d.,]*|{_COUNTS})(?:\s*\(\d+\))?[ \u00a0-]*(?:{_UNITS})\b", re.IGNORECASE)
AMOUNT = re.compile(
    r"(?:[$€£¥]|\b(?:USD|EUR|GBP|US\$|CHF|CAD|AUD)\b)\s?\d[\d.,]*(?:\s?(?:million|billion|[mkb]n?)\b)?|\b\d[\d.,]*\s?(?:[€£¥]|\b(?:USD|EUR|GBP|dollars?|euros?|pounds?)\b)",
    re.IGNORECASE,
)
SHARE = re.compile(r"\b\d[\d.,]*\s?(?:%|percent\b|per cent\b|prozent\b|pour cent\b|por ciento\b)", re.IGNORECASE)
AGE = re.compile(r"\b(?:age[sd]?(?: of)?|at least|under|over|older than|younger than)\s+(1\d|2[01]|thirteen|sixteen|eighteen)\b|\b(1\d|2[01])\+? (?:years (?:old|of age)|or older)", re.IGNORECASE)
NUMBER = re.compile(r"\b\d[\d.,]*\b")
CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+|\[email[ \u00a0]protected\]|\bmailto:|\b(?:street|st\.|suite|floor|avenue|road|p\.?o\.? box|zip|straße|rue|calle)\b|\+\d[\d ()-]{6,}|\b\d{5}(?:-\d{4})?\b|"
    r"\b(?:e-?mail|telephone|phone|fax|tel)\b",
    re.IGNORECASE,
)
MODAL_PHRASE = re.compile(
    r"\b(?:you|we|customer|users?|licensee|provider|company|subscriber|member|party|parties|us|our|your)\b.{0,80}?\b(?:may|must|shall|will|can|cannot|should|agree|are|is|have|grant|waive|use|collect|share|retain|process)",
    re.IGNORECASE | re.DOTALL,
)
RENDERING = re.compile(
    r"\(?opens?\s*in\s*(?:a\s*)?new\s*(?:window|tab)\)?|\(?(?:wird )?in (?:einem )?neuen (?:fenster|tab)(?: geöffnet)?\)?|\(?s.ouvre dans (?:une nouvelle fenêtre|un nouvel onglet)\)?|"
    r"\bskip to (?:main )?content\b|\bback to top\b|\bexternal link\b|\bcopy link\b|\bpermalink\b|\banchor link\b",
    re.IGNORECASE,
)
CHROME = re.compile(
    r"cookie (?:settings|preferences|banner|policy)|manage cookies|accept all|reject all|sign in|sign up|log ?in|log ?out|subscribe|newsletter|get started|contact sales|"
    r"select language|language|table of contents|on this page|in this article|was this (?:article|page)? ?helpful|related (?:articles|content)|share this|print|download pdf|"
    r"all rights reserved|©|copyright|follow us|search|menu|toggle|privacy choices|sitemap|careers|blog|pricing|learn more|read more|see more|show more|try [a-z]+$|"
    r"updated (?:yesterday|today|this week|over|\d+ (?:day|week|month|hour|minute)s? ago)|written by|table des matières|inhaltsverzeichnis|last edited",
    re.IGNORECASE,
)


def why(word: str) -> Why | None:
    """Return what a changed word touches, None when it decides nothing by itself."""
    return WHY_OF_WORD.get(word)

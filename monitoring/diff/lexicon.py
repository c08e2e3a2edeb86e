"""The words that carry rules, by what they carry; several languages. Matched one by one in normal form (lower case)."""

from __future__ import annotations

from collections.abc import Iterable

from .edit import Why

_NEGATION = """
not no never none neither nor non cannot without nothing
nicht kein keine keinen keiner keinem nie niemals ohne weder
ne pas jamais aucun aucune sans ni nunca ningún ninguna sin não nenhum nenhuma sem
nessun nessuna mai senza niet geen nooit zonder bez inte ikke не нет без
"""
_DUTY = """
may must shall will can could should might required require requires requirement obliged obligation permitted permit
permits
allowed allow allows prohibited prohibit prohibits forbidden restrict restricted entitled entitlement agree agrees
consent
consents authorize authorise authorizes authorised authorized grant grants granted reserve reserves waive waives
waiver
mandatory optional voluntarily request requests requested guarantee guarantees warrant warrants warranty warranties
need
darf dürfen muss müssen soll sollen kann können verpflichtet berechtigt erlaubt verboten zustimmung einwilligung
stimmen
peut peuvent doit doivent pouvez devez pourra pourrons obligatoire autorisé autorisée interdit interdite consentement
puede pueden debe deben podrá podremos deberá obligatorio permitido prohibido consentimiento
pode podem deve devem poderá deverá obrigatório consentimento può possono devono potrà dovrà obbligatorio consentito
vietato consenso mag mogen moet moeten kan kunnen zal zullen verplicht toegestaan verboden toestemming
может должен должны обязан вправе запрещено согласие
"""
_SCOPE = """
unless except excluding including include includes exclude excludes exception exceptions only solely any all every
each
either if where provided notwithstanding regardless subject limited unlimited extent applies apply applicable scope
sole
exclusive exclusively irrevocable irrevocably perpetual worldwide royalty revocable transferable sublicensable
sublicense
automatically immediately prior notice anyone everyone until during
sofern außer ausgenommen einschließlich nur ausschließlich falls wenn sauf hormis uniquement seulement notamment
salvo excepto incluyendo solamente sólo exceto incluindo somente apenas eccetto incluso solo soltanto tenzij behalve
alleen
"""
_PARTY = """
affiliate affiliates subsidiary subsidiaries subprocessor subprocessors processor processors controller controllers
vendor
vendors partner partners advertiser advertisers authority authorities government enforcement reseller resellers
distributor
distributors provider providers contractor contractors inc llc ltd gmbh corp corporation plc sarl sas bv pbc child
children
minors parent parents guardian employer administrator administrators admin admins third successor licensor licensors
dritte auftragsverarbeiter traitant traitants tiers encargado terceros subencargado terceiros terzi
"""
_PURPOSE = """
train training trained improve improving improvement develop developing development marketing advertising advertise
targeted
personalize personalise personalized personalised analytics research security fraud abuse monitor monitoring
moderation sell
sale sold share sharing shared disclose disclosed disclosure retain retained retention store stored delete deleted
deletion
opt profiling automated benchmark compete competing competitive scrape scraping reverse engineer engineering reproduce
resell
commercial obtain obtaining collect collected collecting
trainieren verbessern werbung speichern löschen weitergeben entraîner entraînement améliorer publicité conserver
supprimer
entrenar entrenamiento mejorar publicidad eliminar treinar treinamento melhorar publicidade excluir addestrare
migliorare
"""
_DATA = """
data information content input inputs output outputs prompt prompts conversation conversations message messages
biometric
biometrics health location geolocation ip addresses device identifier identifiers cookie cookies contacts payment
financial
audio voice video image images photo photos file files log logs usage metadata telephone birth gender race ethnic
religion
sexual genetic feedback account history memory memories transcripts recordings keystroke
daten informationen inhalte eingaben ausgaben données informations contenu contenus datos información contenido dados
informações conteúdo dati informazioni contenuti gegevens данные данных
"""
_PROVISION = """
arbitration arbitrate arbitrator class jury court courts jurisdiction venue governing law laws liability liable
indemnify
indemnification indemnity damages disclaimer disclaim terminate termination terminated suspend suspension cancel
cancellation refund refunds refundable fee fees price pricing charge charges renew renewal subscription trial credits
tax
taxes license licence ownership own owns copyright trademark intellectual property rights right dispute disputes claim
claims remedy remedies breach confidentiality confidential audit transfer transfers adequacy clauses safeguards
objection
object withdraw withdrawal access rectification portability erasure complaint appeal encryption incident age years old
haftung kündigung gerichtsstand schiedsverfahren gebühren responsabilité résiliation tribunal arbitrage remboursement
frais
responsabilidad terminación arbitraje reembolso licencia responsabilidade rescisão arbitragem licença responsabilità
recesso
arbitrato licenza
"""
_JURISDICTION = """
county california delaware texas york ireland irish dublin england wales singapore luxembourg netherlands switzerland
swiss
france french germany german japan canada brazil india korea australia china european eea kingdom uk usa nevada
francisco
europe union israel
"""
_FREQUENCY = """
once twice thrice double triple half hourly daily weekly monthly quarterly annual annually yearly
"""
_LISTS = (
    (Why.NEGATION, _NEGATION),
    (Why.DUTY, _DUTY),
    (Why.SCOPE, _SCOPE),
    (Why.PARTY, _PARTY),
    (Why.PURPOSE, _PURPOSE),
    (Why.DATA, _DATA),
    (Why.PROVISION, _PROVISION),
    (Why.JURISDICTION, _JURISDICTION),
    (Why.NUMBER, _FREQUENCY),
)
_WHY_OF_WORD = {word: why for why, words in reversed(_LISTS) for word in words.split()}
LINKING = frozenset(
    ["if", "where", "include", "includes", "including", "each", "provided", "apply", "applies", "until", "during"]
)
"""Words of scope that rewording exchanges freely."""
SAME = {"information": "data", "shall": "must", "will": "must", "parties": "party", "website": "site", "can": "may"}
"""Words that plain-language rewriting exchanges without effect, by the one that stands for both."""
EXCHANGED = frozenset(SAME) | frozenset(SAME.values())
LANGUAGES = frozenset(["", "en", "de", "fr", "es", "pt", "it", "nl"])
"""Languages whose rule words are listed; "" is a text too short to tell."""
NEGATIONS = frozenset(word for word, why in _WHY_OF_WORD.items() if why is Why.NEGATION)
RULE_WORDS = frozenset(_NEGATION.split()) | frozenset(_DUTY.split())


def touched(words: Iterable[str]) -> dict[str, Why]:
    """Return the words that decide something, each once in the order met, and what each touches."""
    return {word: why for word in words if (why := _WHY_OF_WORD.get(word)) is not None}


def why(word: str) -> Why | None:
    """Return what a changed word touches, None when it decides nothing by itself."""
    return _WHY_OF_WORD.get(word)

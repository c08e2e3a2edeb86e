"""The language of a text, whatever the page claims."""

from __future__ import annotations

import pytest

from monitoring.extract.language import guess

SENTENCES = {
    "en": (
        "You agree that we may use the content that you give us to provide and improve the services for you and others."
    ),
    "de": (
        "Sie stimmen zu, dass wir die Inhalte, die Sie uns geben, nutzen, um die Dienste für Sie "
        "und andere zu verbessern."
    ),
    "fr": (
        "Vous acceptez que nous utilisions le contenu que vous nous donnez pour fournir et "
        "améliorer les services de la société."
    ),
    "es": (
        "Usted acepta que usemos el contenido que nos da para prestar y mejorar los servicios de la"
        " empresa y sus clientes."
    ),
    "pt": (
        "Você concorda que podemos usar o conteúdo que você nos dá para prestar e melhorar os "
        "serviços da empresa e do grupo."
    ),
    "it": (
        "Lei accetta che usiamo il contenuto che ci fornisce per prestare e migliorare i servizi "
        "della società e dei nostri clienti."
    ),
    "nl": (
        "U gaat ermee akkoord dat wij de inhoud die u ons geeft gebruiken om de diensten voor u en "
        "anderen te verbeteren."
    ),
    "ja": "当社は、お客様が提供したコンテンツをサービスの提供および改善のために使用することがあります。",
    "zh": "您同意我们可以使用您提供的内容来提供和改进服务，并遵守适用的法律法规。",
    "ko": "귀하는 당사가 서비스를 제공하고 개선하기 위해 귀하의 콘텐츠를 사용할 수 있음에 동의합니다.",
    "ru": "Вы соглашаетесь с тем, что мы можем использовать предоставленные вами материалы для улучшения услуг.",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_guess_knows_the_language(language):
    assert guess(SENTENCES[language] * 2) == language
    assert guess(SENTENCES[language] * 2, claimed="en-US" if language != "en" else "de") == language


def test_guess_believes_the_page_when_the_text_says_little():
    assert guess("Terms", claimed="pt-BR") == "pt"
    assert guess("", claimed="<script>") == ""

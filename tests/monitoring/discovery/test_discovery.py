"""From a hub's page to proposals: pure, on pages made here."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring import discovery
from monitoring.discovery.policies import looks_like_rules

HUB = "https://www.acme.example/legal/"
AT = datetime(2026, 11, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def page(*links):
    listed = "".join(f'<li><a href="{href}">{text}</a></li>' for href, text in links)
    return f"<html><body><nav><a href='/'>Home</a></nav><ul>{listed}</ul></body></html>".encode()


def found(*links, known=(), own_sites=()):
    read = discovery.links(page(*links), content_type="text/html", url=HUB)
    return discovery.unknown(read, hub_url=HUB, known=set(map(discovery.identity, known)), own_sites=own_sites)


def test_a_link_that_reads_like_rules_and_is_not_known_is_proposed_with_its_type():
    [one] = found(
        ("/legal/terms", "Terms of Service"),
        ("dpa", "Data Processing Addendum"),
        known=["http://acme.example/legal/terms/"],
    )
    assert (one.url, one.title) == ("https://www.acme.example/legal/dpa", "Data Processing Addendum")
    assert one.terms_type == "data-processor-agreement"


@pytest.mark.parametrize(
    "text",
    [
        "Usage Policy", "Privacy", "Sub-processors", "Datenschutzerklärung", "Allgemeine Geschäftsbedingungen",
        "Mentions légales", "Politique de confidentialité", "Política de privacidad", "Termini di servizio",
        "Gebruiksvoorwaarden en privacybeleid",
        "Integritetspolicy", "Regulamin", "Политика конфиденциальности", "利用規約", "隐私政策", "이용약관", "سياسة الخصوصية",
        "Frontier Safety Framework", "Gizlilik Politikası",
    ],
)  # fmt: skip
def test_rules_are_known_by_their_words_in_many_languages(text):
    assert looks_like_rules(discovery.Link("https://acme.example/x", text))


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("/", "Home"),
        ("/careers/terms", "Terms for applicants"),
        ("/blog/new-privacy-policy", "We updated our privacy policy"),
        ("/cookies", "Manage cookie preferences"),
        ("/privacy/choices", "Your privacy choices"),
        ("/legal/terms-2023.png", "Terms of Service"),
        ("/trust", "Trust center and policies"),
        ("/about", "Read more"),
        ("/legal/archive-2023", "Previous terms"),
        ("mailto:legal@acme.example", "Privacy questions"),
        ("javascript:void(0)", "Cookie Policy"),
        ("#privacy", "Privacy Policy"),
        ("https://elsewhere.example/privacy", "Privacy Policy"),
        ("https://acme.example/legal", "Legal terms"),
        ("/site-policy", "Site policy"),
        ("/policies/", "Other terms and policies"),
        ("/policies/", "Privacy Policies"),
    ],
)
def test_what_leads_elsewhere_is_not_proposed(href, text):
    assert found((href, text)) == ()


def test_a_link_that_says_nothing_is_known_by_its_address():
    [one] = found(("/legal/acceptable-use-policy.html", "Read more →"))
    assert (one.title, one.terms_type) == ("Acceptable use policy", "acceptable-use-policy")


def test_a_translation_of_a_known_document_is_known():
    assert (
        found(
            ("/de/legal/privacy", "Datenschutz"),
            ("/legal/privacy?hl=fr", "Confidentialité"),
            known=["https://acme.example/legal/privacy"],
        )
        == ()
    )


def test_a_region_s_own_document_is_not_a_translation():
    assert len(found(("/eu/legal/privacy", "Privacy Policy (EU)"), known=["https://acme.example/legal/privacy"])) == 1


def test_hosts_that_keep_policies_for_others_and_the_platform_s_own_count():
    links = ("https://www.iubenda.com/privacy-policy/123", "Privacy Policy"), ("https://acme-legal.test/terms", "Terms")
    assert len(found(*links)) == 1
    assert len(found(*links, own_sites=[discovery.site("https://acme-legal.test/x")])) == 2


def test_the_same_address_twice_is_one_proposal_with_the_words_that_tell_most():
    [one] = found(
        ("/legal/aup", "Policy"), ("/legal/aup?utm_source=footer", "Here"), ("/legal/aup#top", "Acceptable Use Policy")
    )
    assert one.title == "Acceptable Use Policy"


def test_a_base_and_a_legacy_encoding_are_followed():
    body = '<base href="https://docs.acme.example/rules/"><a href="agb.html">Geschäftsbedingungen</a>'.encode("latin-1")
    [link] = discovery.links(body, content_type="text/html; charset=iso-8859-1", url=HUB)
    assert link == discovery.Link("https://docs.acme.example/rules/agb.html", "Geschäftsbedingungen")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.acme.example/Legal", "https://acme.example/Legal/"),
        ("https://acme.example:443/a/index.html#x", "https://acme.example/a"),
        ("https://acme.example/a?utm_source=x&b=1", "https://acme.example/a?b=1"),
        ("https://acme.example/a?sid=8f2c&b=1", "https://acme.example/a?b=1"),
        ("https://acme.example/%7Ea", "https://acme.example/~a"),
    ],
)
def test_two_spellings_are_one_address(one, other):
    assert discovery.is_same(one, other)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://legal.acme.co.uk/x", "acme.co.uk"),
        ("https://www.acme.com", "acme.com"),
        ("http://127.0.0.1:8900/acme/", "127.0.0.1:8900"),
        ("http://localhost:8900/acme/", "localhost:8900"),
        ("https://alice.github.io/", "alice.github.io"),
    ],
)
def test_a_site_is_the_registrable_domain(url, site):
    assert discovery.site(url) == site


@given(st.binary(max_size=400), st.text(max_size=80))
def test_links_reads_any_bytes(body, url):
    for link in discovery.links(b'<a href="/legal/x">Terms</a>' + body, content_type="text/html", url=url):
        discovery.unknown([link], hub_url=url, known=())


@given(st.text(max_size=60))
def test_normalised_is_its_own_normal_form(path):
    once = discovery.normalised(f"https://acme.example/{path}")
    assert discovery.normalised(f"https://{once}") == once


def landing(hours, url, *statuses, looks=1):
    return discovery.Landing(AT + hours * HOUR, tuple((status, HUB) for status in statuses), url, looks)


OLD, NEW = "https://acme.example/terms", "https://acme.example/legal/terms"


def test_a_permanent_redirect_seen_twice_is_a_move():
    landings = [landing(0, OLD), landing(6, NEW, 301), landing(12, NEW, 308)]
    assert discovery.moved(OLD, landings) == discovery.Move(NEW, AT + 6 * HOUR, 2, was_elsewhere=True)
    assert discovery.moved(OLD, [landing(6, NEW, 301, looks=2)]).was_elsewhere is False


@pytest.mark.parametrize(
    "landings",
    [
        [],
        [landing(0, OLD), landing(6, NEW, 301)],
        [landing(0, NEW, 302), landing(6, NEW, 302)],
        [landing(0, NEW, 301, 302), landing(6, NEW, 301, 302)],
        [landing(0, NEW, 301), landing(6, OLD)],
        [landing(0, "https://acme.example/a", 301), landing(6, NEW, 301)],
        [landing(0, "https://www.acme.example/terms/", 301, looks=9)],
    ],
    ids=["nothing", "once", "temporary", "partly temporary", "back", "two targets", "only spelling"],
)
def test_what_is_not_yet_or_no_move_is_none(landings):
    assert discovery.moved(OLD, landings) is None


def looks(*entries):
    return [discovery.Look(AT + hours * HOUR, status, status == 200) for hours, status in entries]


def test_a_lasting_404_is_a_vanishing_since_its_first_answer():
    gone = discovery.vanished(looks((0, 200), (6, 404), (12, None), (18, 410), (30, 404)))
    assert gone == discovery.Vanishing(AT + 6 * HOUR, 3, 404, was_there=True)


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [(0, 404), (12, 404)],
        [(0, 404), (6, 404), (12, 404)],
        [(0, 404), (12, 404), (18, 200), (30, 404)],
        [(0, 404), (12, 404), (30, 404), (36, 200)],
        [(0, 404), (12, 404), (30, 404), (36, 503)],
    ],
    ids=["nothing", "twice", "half a day", "a page between", "back", "in doubt now"],
)
def test_what_is_not_certainly_gone_is_none(entries):
    assert discovery.vanished(looks(*entries)) is None


def test_the_declaration_is_json_to_paste():
    text = discovery.declaration(url=NEW, terms_type="data-processor-agreement", title="Data Processing Addendum")
    assert json.loads(f"{{{text}}}") == {
        "Data Processor Agreement": {"fetch": NEW, "x-conductatlas": {"name": "Data Processing Addendum"}}
    }

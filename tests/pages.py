"""Every page, as somebody meets it: a new page is a line of PAGES, and tests/test_every_page.py fails until it stands here.

Braces in an address name a row of the world that `furnish` makes.
"""

from dataclasses import dataclass
from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from fido2 import cose, webauthn
from fido2.utils import websafe_encode

from accounts import audit, invitations
from accounts.models import Invitation, Role
from monitoring import acceptances, corrections, reviews
from monitoring import requests as wishes
from monitoring.alerts import confirmations, delivery, endpoints, matching, preferences
from monitoring.models import (
    Channel,
    Comparison,
    Delivery,
    Proposal,
    Provision,
    Request,
    Review,
    Revision,
    Rule,
    Watch,
)
from tests import world
from tests.monitoring.faces import CHANGED

PASSWORD = "correct horse battery"
CUT = world.terms().partition(b"<h2>5")[0] + b"</main></body></html>"

VISITOR = "visitor"
MEMBER = "member"  # Alice: owner of an organization on Professional, and an operator
NEWCOMER = "newcomer"  # Charlie: signed up a minute ago
GUARDED = "guarded"  # Dora: with an authenticator app, a passkey and recovery codes, freshly signed in
HALFWAY = "halfway"  # Erin: gave her password and is asked for the second factor
PAYER = "payer"  # Fay: pays Stripe for Watcher


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the name of its address as `reverse` knows it, the address, who looks, and what it answers with."""

    name: str
    address: str
    by: str = VISITOR
    status: int = 200


DOCUMENT = "/platforms/acme/{document}/"
PAGES = (
    Page("monitoring:home", "/"),
    Page("monitoring:platforms", "/platforms/"),
    Page("monitoring:platforms", "/platforms/?q=nobody"),
    Page("monitoring:platform", "/platforms/acme/"),
    Page("monitoring:document", DOCUMENT),
    Page("monitoring:version", DOCUMENT + "versions/1/"),
    Page("monitoring:version_at", DOCUMENT + "at/{day}/"),
    Page("monitoring:version_at", DOCUMENT + "at/2001-01-01/", status=404),
    Page("monitoring:between", DOCUMENT + "compare/1/2/"),
    Page("monitoring:provision", DOCUMENT + "provisions/data_retention/"),
    Page("monitoring:provision", DOCUMENT + "provisions/data_retention/?at={day}"),
    Page("monitoring:provision", DOCUMENT + "provisions/data_retention/", by=MEMBER),
    Page("monitoring:provision", DOCUMENT + "provisions/governing_law_venue/"),
    Page("monitoring:provision", DOCUMENT + "provisions/minor_safeguards/"),
    Page("monitoring:contest", DOCUMENT + "provisions/data_retention/contest/"),
    Page("monitoring:provision_types", "/provision-types/"),
    Page("monitoring:provision_type", "/provision-types/data_retention/"),
    Page("monitoring:provision_type", "/provision-types/minor_safeguards/"),
    Page("monitoring:regulations", "/regulations/"),
    Page("monitoring:regulation", "/regulations/gdpr_6/"),
    Page("monitoring:compare", "/compare/"),
    Page("monitoring:compare", "/compare/?type=all"),
    Page("monitoring:compare", "/compare/?type=data_retention"),
    Page("monitoring:compare", "/compare/?at={day}", by=MEMBER),
    Page("monitoring:comparison_new", "/compare/new/", by=MEMBER),
    Page("monitoring:comparison", "/compare/{comparison}/", by=MEMBER),
    Page("monitoring:corrections", "/corrections/"),
    Page("monitoring:changes", "/changes/"),
    Page("monitoring:change", "/changes/{change}/"),
    Page("monitoring:change", "/changes/{change}/?view=side"),
    Page("monitoring:change", "/changes/{change}/", by=MEMBER),
    Page("monitoring:timeline", "/timeline/"),
    Page("monitoring:timeline", "/timeline/?platform=acme"),
    Page("monitoring:search", "/search/"),
    Page("monitoring:search", "/search/?q=arbitration"),
    Page("monitoring:search", "/search/?q=zymurgy"),
    Page("monitoring:coverage", "/coverage/"),
    Page("monitoring:methodology", "/methodology/"),
    Page("monitoring:about", "/about/"),
    Page("monitoring:contact", "/contact/"),
    Page("monitoring:terms", "/terms/"),
    Page("monitoring:privacy", "/privacy/"),
    Page("monitoring:attributions", "/attributions/"),
    Page("monitoring:crawler", "/crawler/"),
    Page("monitoring:styleguide", "/styleguide/"),
    Page("monitoring:api", "/api/"),
    Page("monitoring:webhooks_guide", "/api/webhooks/"),
    Page("monitoring:problems", "/api/problems/"),
    Page("monitoring:preferences", "/preferences/{preferences}/"),
    Page("monitoring:unsubscribe", "/unsubscribe/{preferences}/"),
    Page("monitoring:channel_confirm", "/channels/confirm/{confirmation}/"),
    Page("not found", "/nothing/", status=404),
    Page("bad request", "/?q=%00", status=400),
    Page("billing:pricing", "/pricing/"),
    # The workspace.
    Page("monitoring:dashboard", "/dashboard/", by=MEMBER),
    Page("monitoring:dashboard", "/dashboard/", by=NEWCOMER),
    Page("monitoring:watchlist", "/watchlist/", by=MEMBER),
    Page("monitoring:watchlist", "/watchlist/", by=NEWCOMER),
    Page("monitoring:watchlist_vendors", "/watchlist/vendors/", by=MEMBER),
    Page(
        "monitoring:listen", "/watchlist/listen/rule/?type=data_retention&term=data_retention+days+above+30", by=MEMBER
    ),
    Page("monitoring:listen", "/watchlist/listen/provision_type/", by=MEMBER),
    Page("monitoring:listen", "/watchlist/listen/search/?term=arbitration", by=MEMBER),
    Page("monitoring:listen", "/watchlist/listen/document/", by=MEMBER),
    Page("monitoring:watch", "/watchlist/{watch}/", by=MEMBER),
    Page("monitoring:watchlist_choose", "/watchlist/choose/?platform=acme", by=MEMBER),
    Page("monitoring:inbox", "/inbox/", by=MEMBER),
    Page("monitoring:inbox", "/inbox/", by=NEWCOMER, status=403),
    Page("monitoring:review", "/inbox/{change}/", by=MEMBER),
    Page("monitoring:accepted", "/accepted/", by=MEMBER),
    Page("monitoring:accepted", "/accepted/", by=NEWCOMER, status=403),
    Page("monitoring:accepted_mark", "/accepted/mark/{version}/", by=MEMBER),
    Page("monitoring:applicability", "/settings/applicability/", by=MEMBER),
    Page("monitoring:requests", "/requests/", by=MEMBER),
    Page("monitoring:channels", "/channels/", by=MEMBER),
    Page("monitoring:channels", "/channels/", by=NEWCOMER),
    Page("monitoring:channel_add", "/channels/add/webhook/", by=MEMBER),
    Page("monitoring:channel_add", "/channels/add/slack/", by=MEMBER),
    Page("monitoring:channel_add", "/channels/add/email/", by=MEMBER),
    Page("monitoring:channel", "/channels/{webhook}/", by=MEMBER),
    Page("monitoring:channel", "/channels/{mail_channel}/", by=MEMBER),
    Page("monitoring:delivery_health", "/channels/health/", by=MEMBER),
    Page("monitoring:messages", "/settings/messages/", by=MEMBER),
    Page("monitoring:message_next", "/settings/messages/next/", by=MEMBER),
    Page("monitoring:message", "/settings/messages/{delivery}/", by=MEMBER),
    Page("monitoring:mailbox", "/mailbox/", by=MEMBER),
    Page("monitoring:mail", "/mailbox/{mail}/", by=MEMBER),
    # The organization and its people.
    Page("accounts:organization", "/settings/organization/", by=MEMBER),
    Page("accounts:organization_new", "/settings/organization/new/", by=MEMBER),
    Page("accounts:organization_start", "/organization/start/", by=MEMBER),
    Page("accounts:people", "/settings/people/", by=MEMBER),
    Page("accounts:api_keys", "/settings/api-keys/", by=MEMBER),
    Page("accounts:trail", "/settings/trail/", by=MEMBER),
    Page("accounts:leaving", "/settings/leaving/", by=MEMBER),
    Page("accounts:invitation", "/invitations/{organization}/{invitation}/", by=NEWCOMER),
    Page("accounts:invitation", "/invitations/1/nothing/", status=404),
    # Signing in, and what guards it.
    Page("account_login", "/accounts/login/"),
    Page("account_signup", "/accounts/signup/"),
    Page("account_logout", "/accounts/logout/", by=MEMBER),
    Page("account_inactive", "/accounts/inactive/"),
    Page("account_reset_password", "/accounts/password/reset/"),
    Page("account_reset_password_done", "/accounts/password/reset/done/"),
    Page("account_reset_password_from_key", "/accounts/password/reset/key/{reset}/"),
    Page("account_reset_password_from_key", "/accounts/password/reset/key/x-y/"),
    Page("account_reset_password_from_key_done", "/accounts/password/reset/key/done/"),
    Page("account_email_verification_sent", "/accounts/confirm-email/"),
    Page("account_confirm_email", "/accounts/confirm-email/{address}/"),
    Page("account_change_password", "/accounts/password/change/", by=GUARDED),
    Page("account_email", "/accounts/email/", by=GUARDED),
    Page("account_reauthenticate", "/accounts/reauthenticate/", by=MEMBER),
    Page("usersessions_list", "/accounts/sessions/", by=GUARDED),
    Page("socialaccount_connections", "/accounts/3rdparty/", by=GUARDED),
    Page("socialaccount_login_cancelled", "/accounts/3rdparty/login/cancelled/"),
    Page("socialaccount_login_error", "/accounts/3rdparty/login/error/", status=401),
    Page("mfa_authenticate", "/accounts/2fa/authenticate/", by=HALFWAY),
    Page("mfa_reauthenticate", "/accounts/2fa/reauthenticate/", by=GUARDED),
    Page("mfa_reauthenticate_webauthn", "/accounts/2fa/webauthn/reauthenticate/", by=GUARDED),
    Page("mfa_index", "/accounts/2fa/", by=NEWCOMER),
    Page("mfa_index", "/accounts/2fa/", by=GUARDED),
    Page("mfa_activate_totp", "/accounts/2fa/totp/activate/", by=NEWCOMER),
    Page("mfa_deactivate_totp", "/accounts/2fa/totp/deactivate/", by=GUARDED),
    Page("mfa_view_recovery_codes", "/accounts/2fa/recovery-codes/", by=GUARDED),
    Page("mfa_generate_recovery_codes", "/accounts/2fa/recovery-codes/generate/", by=GUARDED),
    Page("mfa_list_webauthn", "/accounts/2fa/webauthn/", by=GUARDED),
    Page("mfa_add_webauthn", "/accounts/2fa/webauthn/add/", by=GUARDED),
    Page("mfa_remove_webauthn", "/accounts/2fa/webauthn/keys/{passkey}/remove/", by=GUARDED),
    Page("mfa_edit_webauthn", "/accounts/2fa/webauthn/keys/{passkey}/edit/", by=GUARDED),
    # Money.
    Page("billing:plan", "/settings/plan/", by=MEMBER),
    Page("billing:plan", "/settings/plan/", by=PAYER),
    Page("billing:invoices", "/settings/plan/invoices/", by=PAYER),
    Page("billing:change", "/settings/plan/change/?plan=professional&interval=year", by=PAYER),
    Page("billing:cancel", "/settings/plan/cancel/", by=PAYER),
    Page("billing:pricing", "/pricing/", by=PAYER),
    # Operators.
    Page("monitoring:operations", "/review/operations/", by=MEMBER),
    Page("monitoring:review_held", "/review/", by=MEMBER),
    Page("monitoring:review_held_text", "/review/held/{held}/", by=MEMBER),
    Page("monitoring:review_rules", "/review/rules/", by=MEMBER),
    Page("monitoring:review_mark", "/review/noise/{change}/", by=MEMBER),
    Page("monitoring:review_corrections", "/review/corrections/", by=MEMBER),
    Page("monitoring:review_proposals", "/review/proposals/", by=MEMBER),
    Page("monitoring:review_requests", "/review/requests/", by=MEMBER),
    Page("monitoring:review_deliveries", "/review/deliveries/", by=MEMBER),
)


def furnish(people, sources, *, now, mails):
    """Give the `people` and Acme something to show on every page, and return what the addresses name.

    people: alice, charlie, dora and erin by name. sources: acme and borea, declared. mails: the folder of the mailbox.
    """
    alice, organization = people["alice"], world.organization_of(people["alice"])
    actor = audit.Actor(user_id=alice.pk)
    type(alice).objects.filter(pk=alice.pk).update(is_staff=True)
    world.watch(alice, sources["acme"], now=now)
    world.serve(sources["acme"], world.terms(), at=now - timedelta(days=40))
    _reading, change = world.serve(sources["acme"], world.terms(**CHANGED), at=now - timedelta(days=10))
    world.serve(sources["borea"], world.terms(), at=now - timedelta(days=20))
    world.serve(sources["borea"], CUT, at=now - timedelta(days=1))
    matching.match(change, now=now - timedelta(days=9))
    delivery.deliver_due(now=now)
    webhook = _channels(organization, now, actor)
    provision = Provision.objects.get(document=change.document, provision_type="data_retention")
    _ask_operators(change, provision, now)
    own = Channel.objects.select_related("organization").get(organization=organization, kind="email")
    return {
        "comparison": _work_on(organization, alice, change, now, actor).pk,
        "document": change.document.slug,
        "change": change.pk,
        "version": change.after_id,
        "day": (now - timedelta(days=20)).date(),
        "held": sources["borea"].document_id,
        "watch": Watch.objects.get(organization=organization).pk,
        "webhook": webhook.pk,
        "mail_channel": own.pk,
        "delivery": Delivery.objects.filter(channel=own).latest("pk").pk,
        "preferences": preferences.token(own),
        "confirmation": confirmations._SIGNER.sign_object([organization.pk, own.pk, own.address]),
        "mail": next(mails.glob("*.eml")).stem,
        "organization": organization.pk,
        "invitation": _invited(organization, now, actor),
        **_secrets(people),
    }


def _channels(organization, now, actor):
    """Give the organization a webhook that failed, besides the mail of its people; return it."""
    added = endpoints.add(
        organization=organization, kind="webhook", name="Register", url="https://hooks.alice.example/x", now=now, actor=actor
    )  # fmt: skip
    Channel.objects.filter(pk=added.channel.pk).update(verified_at=now, failures=3, failing_since=now)
    return added.channel


def _work_on(organization, alice, change, now, actor):
    """Let Alice review the change, accept a version, ask for a platform, and keep the comparison that is returned."""
    wanted = {
        "state": Review.State.ACTION_NEEDED, "owner": organization.memberships.get(), "decision": "We opt out.",
        "due_date": (now - world.DAY).date(),
    }  # fmt: skip
    reviews.update(organization=organization, change=change, wanted=wanted, note="Seen.", now=now, actor=actor)
    acceptances.mark(
        organization=organization, version=change.before, accepted_date=now.date(), note="", now=now, actor=actor
    )
    kept = Comparison.objects.create(
        organization=organization, name="Ours", platforms=[change.document.platform_id],
        provision_types=["data_retention", "minor_safeguards"], created_by=alice, created_at=now,
    )  # fmt: skip
    wishes.ask(
        organization=organization, user=alice, kind=Request.Kind.PLATFORM, name="Bolt", address="bolt.example",
        why="We use it.", now=now, actor=actor,
    )  # fmt: skip
    return kept


def _ask_operators(change, provision, now):
    """Leave operators a reading that is contested, a document that seems new, and a rule to look at."""
    revision = Revision.objects.filter(provision=provision).first()
    corrections.contest(
        revision=revision, fault="stance", reason="It says ninety days, see section 3.", email="", now=now
    )
    Proposal.objects.create(
        platform=change.document.platform, kind="new", url="https://acme.example/dpa", title="Data Processing Addendum",
        terms_type="data-processor-agreement", evidence={"hub": "https://acme.example/legal"}, is_news=True,
        began_at=now, last_seen_at=now, created_at=now,
    )  # fmt: skip
    Rule.objects.create(
        document=change.document, change=change, scope="words", patterns=["words:00"], quote="- a\n+ b", reason="a counter",
        created_at=now,
    )  # fmt: skip


def _invited(organization, now, actor):
    """Return the secret of an open invitation."""
    Invitation.objects.create(
        organization=organization, email="charlie@charlie.example", role=Role.VIEWER, digest=invitations._digest("secret"),
        created_at=now, sent_at=now, expires_at=now + invitations.LIFETIME, invited_by_id=actor.user_id,
    )  # fmt: skip
    return "secret"


def _secrets(people):
    """Guard Dora and Erin by second factors, and return what the links of mails hold."""
    for name in ("dora", "erin"):
        totp.TOTP.activate(people[name], totp.generate_totp_secret())
    RecoveryCodes.activate(people["dora"])
    passkey = Authenticator.objects.create(
        user=people["dora"], type=Authenticator.Type.WEBAUTHN, data={"name": "Laptop", "credential": _credential()}
    )
    address = EmailAddress.objects.get(user=people["charlie"])
    return {
        "passkey": passkey.pk,
        "address": EmailConfirmationHMAC.create(address).key,
        "reset": f"{user_pk_to_url_str(people['charlie'])}-{default_token_generator.make_token(people['charlie'])}",
    }


def _credential():
    """Return a passkey as a browser registers one: none that anybody holds."""
    key = cose.ES256({1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32})
    credential = webauthn.AttestedCredentialData.create(webauthn.Aaguid.NONE, b"laptop", key)
    data = webauthn.AuthenticatorData.create(b"h" * 32, webauthn.AuthenticatorData.FLAG.AT, 0, credential)
    attested = bytes(webauthn.AttestationObject.create("none", data, {}))
    client = webauthn.CollectedClientData.create("webauthn.create", b"challenge", "https://atlas.example")
    return {
        "id": websafe_encode(b"laptop"), "rawId": websafe_encode(b"laptop"), "type": "public-key",
        "clientExtensionResults": {"credProps": {"rk": True}},
        "response": {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attested)},
    }  # fmt: skip

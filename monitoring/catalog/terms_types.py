"""The closed list of terms types: the 44 of Open Terms Archive under their own names, and those that AI platforms added.

Source of the names: OpenTermsArchive/terms-types, 44 types; descriptions are ours. A document is filed under what it
commits to, whatever its publisher calls it: "Conditions of Use" are Terms of Service. `key` is what the database and URLs hold.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TermsType:
    """One kind of document: a stable key, the name to show, one line of explanation, other names it goes by."""

    key: str
    name: str
    description: str
    aliases: tuple[str, ...] = ()
    is_ai_specific: bool = False


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _common(name: str, description: str, *aliases: str) -> TermsType:
    return TermsType(_key(name), name, description, aliases)


def _ai(name: str, description: str, *aliases: str) -> TermsType:
    return TermsType(_key(name), name, description, aliases, is_ai_specific=True)


TERMS_TYPES: tuple[TermsType, ...] = (
    _common("Terms of Service", "What users and the platform owe each other.",
            "Terms of Use", "Terms and Conditions", "Terms & Conditions", "Conditions of Use", "Consumer Terms", "User Agreement"),
    _common("Privacy Policy", "How personal data of users is collected, used, kept and shared.",
            "Privacy Notice", "Privacy Statement"),
    _common("Acceptable Use Policy", "What the platform may and may not be used for.",
            "Acceptable Usage Policy", "Usage Policy", "Usage Policies", "Fair Use Policy", "Prohibited Use Policy", "Content Policy"),
    _common("Developer Terms", "Terms for those who build on the API.",
            "API Terms", "API Terms of Service", "Developer Agreement", "Developer Policy"),
    _common("Commercial Terms", "Terms for organizations that buy or resell the platform.",
            "Business Terms", "Enterprise Terms", "Enterprise Agreement", "Services Agreement", "Customer Agreement"),
    _common("Data Processor Agreement", "How the platform handles personal data on behalf of its customers.",
            "Data Processing Addendum", "Data Processing Agreement", "DPA"),
    _common("Trackers Policy", "Cookies and other means of tracking.", "Cookies Policy", "Cookie Policy", "Cookie Notice"),
    _common("Community Guidelines", "How people are expected to behave towards each other.", "Community Standards", "Code of Conduct"),
    _common("Business Privacy Policy", "How data of business customers and their staff is handled.", "Enterprise Privacy"),
    _common("Service Level Agreement", "Availability and support that is promised, and what follows a breach.", "Service Level Addendum"),
    _common("Copyright Claims Policy", "How to complain of infringed copyright and what follows.",
            "Copyright Infringement Policy", "Copyright Policy", "DMCA Policy", "Intellectual Property Policy"),
    _common("Law Enforcement Guidelines", "How authorities can ask for records of users.",
            "Legal Process Guidelines", "Government Requests Policy"),
    _common("Vulnerability Disclosure Policy", "How to report a security flaw, and what protects the reporter.",
            "Security Disclosure Policy", "Coordinated Disclosure Policy", "Bug Bounty Terms"),
    _common("Brand Guidelines", "How name and logo may be used.", "Branding Policies", "Trademark Usage Guidelines"),
    _common("Imprint", "Who is responsible for the site and where to reach them.", "Legal Notice", "Legal Notices"),
    _common("Restricted Use Policy", "Limits on certain uses, features or places.",
            "Limited Use Policy", "Restriction Policy", "Supported Countries"),
    _common("In-App Purchases Policy", "Buying virtual goods and subscriptions inside the product."),
    _common("General Conditions of Sale", "Warranty, delivery and return of what is bought."),
    _common("Review Guidelines", "How submitted content, apps or agents are reviewed.", "App Review Guidelines"),
    _common("Quality Guidelines", "What quality is expected of content made with the service.", "Quality Standards"),
    _common("Data Controller Agreement", "Terms between two parties that each decide on personal data."),
    _common("User Consent Policy", "How consent of users is to be collected and kept."),
    _common("Single Sign-On Policy", "Connecting an account with other services."),
    _common("Complaints Policy", "How complaints in general are handled."),
    _common("Platform to Business Notice", "What the EU's platform-to-business rules ask to be told to business users."),
    _common("Business Mediation Policy", "Mediation for business users after a complaint has failed."),
    _common("Human Rights Policy", "What the company commits to on human rights."),
    _common("Accessibility Statement", "How usable the service is for people with a disability.", "Accessibility Policy"),
    _common("Anti-corruption Policy", "How bribery is prevented.", "Anti-bribery Policy"),
    _common("Whistleblower Policy", "Reporting misconduct and protection from retaliation.", "Whistleblower Protections"),
    _common("Affiliate Agreement", "Earning commissions by promoting the service.", "Affiliate Policy", "Affiliate Terms"),
    _common("Advertising Content Policy", "What advertisements may contain.", "Ads Policies"),
    _common("Content Monetisation Policy", "Which content earns money for those who made it.", "Content Monetization Policy"),
    _common("Editorial Policy", "Principles for what is written and published.", "Editorial Guidelines"),
    _common("Hyperlinks Policy", "Rules for links to and from the service.", "Linking Policy", "External Links Policy"),
    _common("Ranking Parameters Description", "What decides the order of results."),
    _common("Deceased Users", "What happens to the data of a user who has died."),
    _common("Closed Captioning Policy", "Captions on streamed content.", "Captioning Policy"),
    _common("Live Policy", "Rules for live use."),
    _common("Seller Warranty", "Protection of users who sell."),
    _common("Marketplace Buyers Conditions", "Buying from others on a marketplace."),
    _common("Marketplace Sellers Conditions", "Selling to others on a marketplace.", "Seller Agreement"),
    _common("Premium Partner Conditions", "Becoming and staying a privileged seller.", "Premium Partner Program"),
    _common("Conditions of Carriage", "Benefits and limits of transport.", "Transport Conditions"),
    _ai("Service-Specific Terms", "Terms of single features or models beside the general ones.",
        "Service Terms", "Supplemental Terms", "Product Terms", "Additional Terms", "Product-Specific Terms", "AI Terms"),
    _ai("Subprocessor List", "Who else processes customers' data.", "Subprocessors", "Sub-processors", "Sub-processor List"),
    _ai("Model Training Notice", "Whether and how what users enter trains models, and how to refuse.",
        "Training Opt-Out Notice", "Data Usage Policy", "Data Use for Model Improvement"),
    _ai("Data Retention Policy", "How long prompts, outputs and logs are kept.", "Retention Policy", "Zero Data Retention Policy"),
    _ai("Training Data Disclosure", "A public summary of what a model was trained on.",
        "Training Content Summary", "Training Data Summary", "Training Data Transparency"),
    _ai("Model License", "What may be done with published model weights.", "Community License Agreement", "Model Licence"),
    _ai("System Card", "What a model can do, how it was tested and where it fails.", "Model Card", "System Card Policy"),
    _ai("Frontier Safety Framework", "Thresholds and safeguards for dangerous capabilities.",
        "Responsible Scaling Policy", "Preparedness Framework", "Frontier AI Framework"),
    _ai("AI Transparency Notice", "How the platform says it builds and discloses its AI.",
        "Responsible AI Policy", "AI Principles", "AI Policy", "Model and Algorithm Disclosure"),
    _ai("Preview Terms", "Terms of features offered before release.", "Beta Terms", "Experimental Features Terms", "Early Access Terms"),
    _ai("Billing Terms", "Credits, subscriptions, renewal and refunds.",
        "Refund Policy", "Service Credit Terms", "Credit Terms", "Subscription Terms", "Payment Terms"),
    _ai("Security Policy", "Technical and organizational measures that are promised.",
        "Security Addendum", "Security Measures", "Technical and Organizational Measures"),
    _ai("Regional Privacy Notice", "What applies beside the privacy policy in one region.",
        "State Privacy Notice", "US State Privacy Notice", "California Privacy Notice"),
    _ai("Health Data Privacy Policy", "How consumer health data is handled.", "Consumer Health Data Privacy Policy"),
    _ai("Biometric Data Policy", "How voice prints, faces and other biometric data are handled.", "Biometric Privacy Policy"),
    _ai("Business Associate Agreement", "How protected health information is handled for customers.", "BAA"),
    _ai("Education Privacy Notice", "How data of pupils and students is handled.", "Student Data Privacy Notice"),
    _ai("Non-User Privacy Policy", "How data of people who have no account is handled.", "Public Data Privacy Notice"),
    _ai("Minor Safety Policy", "How young people are kept safe, and from which age they may use the service.",
        "Teen Safety Policy", "Child Safety Policy", "Age Policy"),
    _ai("Likeness Policy", "Whose face or voice may be imitated, and with what consent.", "Voice Cloning Policy", "Voice Policy"),
    _ai("Content Provenance Policy", "How generated content is marked.", "Watermarking Policy", "Synthetic Media Policy"),
    _ai("Publication Policy", "What is expected of those who publish generated content.", "Sharing and Publication Policy"),
    _ai("Crawler Policy", "What the platform's own crawlers collect and how to refuse.", "Crawler Notice", "Bot Policy"),
    _ai("Indemnity Terms", "When the platform stands in for claims against its customers.", "Copyright Shield", "Copyright Commitment"),
    _ai("Content Moderation Policy", "How content is judged, and how to contest it.", "Digital Services Act Notice", "Appeals Policy"),
)  # fmt: skip

BY_KEY: dict[str, TermsType] = {each.key: each for each in TERMS_TYPES}
_BY_NAME: dict[str, TermsType] = {name.casefold(): each for each in TERMS_TYPES for name in (each.name, *each.aliases)}


def named(name: str) -> TermsType | None:
    """Return the terms type of this name or alias, whatever its capitals; None when the list has none."""
    return _BY_NAME.get(" ".join(name.split()).casefold())


def nearest(name: str) -> TermsType:
    """Return the terms type whose name or alias is spelled most like this one."""
    spelled = name.casefold()
    closest = max(_BY_NAME, key=lambda known: difflib.SequenceMatcher(None, spelled, known).ratio())
    return _BY_NAME[closest]

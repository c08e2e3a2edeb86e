"""The addresses of plans and money."""

from django.urls import path

from billing.views import paying, plan, pricing, webhook

app_name = "billing"

urlpatterns = [
    path("pricing/", pricing.pricing, name="pricing"),
    path("settings/plan/", plan.plan, name="plan"),
    path("settings/plan/invoices/", plan.invoices, name="invoices"),
    path("settings/plan/choose/", paying.choose, name="choose"),
    path("settings/plan/change/", paying.change, name="change"),
    path("settings/plan/returned/", paying.returned, name="returned"),
    path("settings/plan/portal/", paying.portal, name="portal"),
    path("settings/plan/pay/", paying.pay, name="pay"),
    path("settings/plan/trial/", paying.start_trial, name="trial"),
    path("settings/plan/cancel/", paying.cancel, name="cancel"),
    path("settings/plan/resume/", paying.resume, name="resume"),
    path("webhooks/stripe/", webhook.stripe, name="stripe_webhook"),
]

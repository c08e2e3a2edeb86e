"""The addresses of plans."""

from django.urls import path

from billing.views import plan, pricing

app_name = "billing"

urlpatterns = [
    path("pricing/", pricing.pricing, name="pricing"),
    path("settings/plan/", plan.plan, name="plan"),
]

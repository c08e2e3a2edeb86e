"""All settings, read from the environment. A secret may also come from a file: NAME_FILE holds its path.

Nothing is required on a laptop: without DATABASE_URL and REDIS_URL the embedded servers of `local/` are used.
With PRODUCTION=true SECRET_KEY, DATABASE_URL, REDIS_URL, SITE_URL and ALLOWED_HOSTS must be given.
"""

import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from celery.schedules import crontab
from csp import constants as csp
from django.core.exceptions import ImproperlyConfigured

from conductatlas import local

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    """Return the variable `name`, or the content of the file that `name`_FILE names, or `default`."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return os.environ.get(name, default)


def env_bool(name: str, default: bool) -> bool:
    value = env(name, str(default)).lower()
    if value not in ("true", "false", "1", "0", "yes", "no"):
        raise ImproperlyConfigured(f"{name}={value!r}: write true or false")
    return value in ("true", "1", "yes")


def env_number(name: str, default: float) -> float:
    try:
        return float(env(name, str(default)))
    except ValueError:
        raise ImproperlyConfigured(f"{name}={env(name)!r}: write a number") from None


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


# --- where and how we run -------------------------------------------------------------------------------------------
PRODUCTION = env_bool("PRODUCTION", default=False)
DEBUG = env_bool(
    "DEBUG", default=False
)  # Django's own: keeps every query in memory, so not even on a laptop by default
VAR = Path(env("CONDUCTATLAS_VAR", str(BASE_DIR / "var"))).resolve()
PORT = int(env_number("PORT", 8000))
SITE_URL = env("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
SECRET_KEY = env("SECRET_KEY", "" if PRODUCTION else "insecure-key-for-laptop-demo-and-tests")
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
DATABASE_URL = env("DATABASE_URL")
REDIS_URL = env("REDIS_URL")
EMBEDDED = not (DATABASE_URL and REDIS_URL)

if PRODUCTION:
    missing = [
        name for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "SITE_URL", "ALLOWED_HOSTS") if not env(name)
    ]
    if missing:
        raise ImproperlyConfigured(
            f"PRODUCTION=true needs {', '.join(missing)}: set them in the environment, or NAME_FILE with the path of "
            "a file. The embedded servers are for laptop, demo and tests only."
        )
    if DEBUG:
        raise ImproperlyConfigured("DEBUG=true shows the program's inside to strangers: unset it in production")
    if not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured(f"SITE_URL={SITE_URL}: production is served over https")
    if "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS=*: name the hosts that production serves")


# --- database, broker, cache ----------------------------------------------------------------------------------------
def database_from(url: str) -> dict[str, object]:
    """Return Django's DATABASES entry of a postgresql:// URL. Raises ImproperlyConfigured naming what is wrong."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured("DATABASE_URL: the port is not a number") from None
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"DATABASE_URL: {parts.scheme or 'no scheme'}://…{parts.path}: write postgresql://user:password@host:5432/name"
        )
    return {
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
    }


# Which role a connection starts in (accounts/rls.py): app where pages are served (wsgi.py, asgi.py), worker elsewhere.
DATABASE_ROLE = env("DATABASE_ROLE", "worker")
if DATABASE_ROLE not in ("app", "worker"):
    raise ImproperlyConfigured(f"DATABASE_ROLE={DATABASE_ROLE!r}: write app or worker")
SERVERS = local.servers(VAR)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "assume_role": f"conductatlas_{DATABASE_ROLE}",
            "options": "-c synchronize_seqscans=off",  # a search for common words finds the same each time
        },
        **(
            database_from(DATABASE_URL)
            if DATABASE_URL
            else {
                "NAME": SERVERS.database_name,
                "USER": SERVERS.database_user,
                "HOST": SERVERS.database_host,
                "PORT": SERVERS.database_port,
            }
        ),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHE_URL = REDIS_URL or SERVERS.cache_url
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},  # pages are served without it
    }
}

# --- applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "conductatlas",
    "monitoring",
    "billing",
    "accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "csp",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "conductatlas.headers.MoreHeaders",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads at random, so that lengths tell nothing of secrets (BREACH)
    "conductatlas.refusal.RefuseNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.CurrentOrganization",
    "django_htmx.middleware.HtmxMiddleware",
    "monitoring.moved.Moved",
    "conductatlas.refusal.CloseWhileUncounted",
]
ROOT_URLCONF = "conductatlas.urls"
WSGI_APPLICATION = "conductatlas.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.visitor",
                "billing.context_processors.standing",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- sign-in through others -----------------------------------------------------------------------------------------
# Each is on when its client id is given. OIDC_ISSUER may be any issuer; the callback of all of them is
# <SITE_URL>/accounts/<google, github, microsoft or oidc/OIDC_ID>/login/callback/.
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {}
for provider in ("google", "github", "microsoft"):
    if client_id := env(f"{provider.upper()}_CLIENT_ID"):
        INSTALLED_APPS.append(f"allauth.socialaccount.providers.{provider}")
        SOCIALACCOUNT_PROVIDERS[provider] = {
            "APPS": [
                {
                    "client_id": client_id,
                    "secret": env(f"{provider.upper()}_CLIENT_SECRET"),
                    "settings": {"tenant": env("MICROSOFT_TENANT", "organizations")} if provider == "microsoft" else {},
                }
            ]
        }
if OIDC_ISSUER := env("OIDC_ISSUER"):
    if not env("OIDC_CLIENT_ID"):
        raise ImproperlyConfigured("OIDC_ISSUER needs OIDC_CLIENT_ID (and OIDC_CLIENT_SECRET) of that issuer")
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": env("OIDC_ID", "sso"),
                "name": env("OIDC_NAME", "Single sign-on"),
                "client_id": env("OIDC_CLIENT_ID"),
                "secret": env("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_ISSUER, "oauth_pkce_enabled": True},
            }
        ]
    }
SOCIALACCOUNT_STORE_TOKENS = False

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/dashboard/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignupForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_CHANGE_EMAIL = ACCOUNT_EMAIL_NOTIFICATIONS = ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.partition(":")[0]
# Who writes to people and follows them to another address. Accounts know no channels: it is told here.
FOLLOW_ADDRESS = ["monitoring.watchlists.follow"]
PASSWORD_RESET_TIMEOUT = 24 * 3600
LOGOUT_REDIRECT_URL = "/"
# Proxies of ours before the web server: how many addresses of X-Forwarded-For to believe. 0 ignores the header.
ALLAUTH_TRUSTED_PROXY_COUNT = int(env_number("TRUSTED_PROXIES", 0))
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Counted per address of the network (ip), per person (user) or per account and mail address (key), under a lock.
ACCOUNT_RATE_LIMITS = {
    "signup": "20/h/ip",
    "login": "20/h/ip",
    "login_failed": "20/d/key",
    "reset_password": "20/h/ip,10/h/key",
    "reset_password_from_key": "20/h/ip",
    "confirm_email": "1/1m/key,10/h/key",
    "account_mail": "10/h/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/h/user",
}
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RATE_LIMITS = {"webauthn_login": "20/h/ip"}
MFA_FORMS = {
    "authenticate": "accounts.second_factor.AuthenticateForm",
    "reauthenticate": "accounts.second_factor.ReauthenticateForm",
    "add_webauthn": "accounts.second_factor.AddPasskeyForm",
    "authenticate_webauthn": "accounts.second_factor.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "accounts.second_factor.ReauthenticatePasskeyForm",
    "login_webauthn": "accounts.second_factor.LoginPasskeyForm",
}

# --- plans ----------------------------------------------------------------------------------------------------------
BILLING = env("BILLING", "manual")
if BILLING not in ("stripe", "manual", "none"):
    raise ImproperlyConfigured(f"BILLING={BILLING!r}: write stripe, manual or none")
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRETS = env_list("STRIPE_WEBHOOK_SECRETS")  # two while one replaces the other
STRIPE_API_BASE = env("STRIPE_API_BASE")  # where the fake of demo and tests listens; "" is Stripe
if BILLING == "stripe" and not (STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRETS):
    raise ImproperlyConfigured("BILLING=stripe needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRETS: see docs/billing.md")
# What the meters on the plan page count. Billing knows no watches: it is told here who counts them.
PLAN_USAGE = {"platforms": "monitoring.watchlists.count_platforms", "seats": "billing.usage.count_people"}
if STRIPE_API_BASE and PRODUCTION:
    raise ImproperlyConfigured("STRIPE_API_BASE is for demo and tests: unset it in production")

# --- language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["conductatlas.formats"]  # days as our own pages write them, in the admin too

# --- files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static" if PRODUCTION else None  # elsewhere WhiteNoise serves what the finders find
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    # `archive` holds the bytes of every capture: files here, any Django storage (S3 and the like) elsewhere.
    "archive": {
        "BACKEND": env("ARCHIVE_STORAGE", "django.core.files.storage.FileSystemStorage"),
        "OPTIONS": {"location": str(VAR / "archive")} if not env("ARCHIVE_STORAGE") else {},
    },
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(VAR / "media")}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- mail -----------------------------------------------------------------------------------------------------------
# Without EMAIL_HOST, mails are written as files to <var>/mail, where the demo's mailbox page reads them.
EMAIL_HOST = env("EMAIL_HOST")
EMAIL_PORT = int(env_number("EMAIL_PORT", 587))
EMAIL_HOST_USER = env("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=bool(EMAIL_HOST) and EMAIL_PORT == 587)
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL", default=EMAIL_PORT == 465)  # TLS from the first byte on
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "monitoring.alerts.mailbox.EmailBackend"
)
EMAIL_FILE_PATH = VAR / "mail"
MAIL_EVENT_SECRETS = env_list("MAIL_EVENT_SECRETS")  # sign reports of bounces; two while one replaces the other
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("EMAIL_FROM", "ConductAtlas <alerts@localhost>")

# --- tasks ----------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or SERVERS.broker_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
}
CELERY_TASK_ROUTES = {
    "monitoring.tasks.poll_due": {"queue": "poll"},
    "monitoring.tasks.watch_hubs": {"queue": "poll"},
    "monitoring.tasks.render_due": {"queue": "render"},
    "monitoring.tasks.read_waiting": {"queue": "read"},
    "*": {"queue": "alerts"},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Beat only rings: what is due is a row, claimed once however many beats run.
TICK_SECONDS = env_number("TICK_SECONDS", 15)
HUB_INTERVAL_SECONDS = env_number("HUB_INTERVAL_SECONDS", 24 * 3600)
CELERY_BEAT_SCHEDULE = {
    "poll what is due": {"task": "monitoring.tasks.poll_due", "schedule": TICK_SECONDS},
    "render what is due": {"task": "monitoring.tasks.render_due", "schedule": TICK_SECONDS * 2},
    "sweep what was lost": {"task": "monitoring.tasks.sweep", "schedule": TICK_SECONDS * 2},
    "deliver what is due": {"task": "monitoring.tasks.deliver_due", "schedule": TICK_SECONDS},
    "post what is due": {"task": "monitoring.tasks.post_due", "schedule": TICK_SECONDS},
    "erase what was closed": {"task": "accounts.tasks.erase_due", "schedule": 3600},
    "watch the legal hubs": {"task": "monitoring.tasks.watch_hubs", "schedule": HUB_INTERVAL_SECONDS / 24},
    "apply what Stripe told": {"task": "billing.tasks.sweep", "schedule": TICK_SECONDS * 4},
    "compare with Stripe": {"task": "billing.tasks.reconcile", "schedule": crontab(hour=3, minute=20)},
}

# What a monitoring system sends to read /review/operations/json/ as "Authorization: Bearer …"; "" lets operators in only.
OPERATIONS_TOKEN = env("OPERATIONS_TOKEN")

# --- fetching -------------------------------------------------------------------------------------------------------
FETCH_INTERVAL_SECONDS = env_number("FETCH_INTERVAL_SECONDS", 6 * 3600)
FETCH_HELD_INTERVAL_SECONDS = env_number("FETCH_HELD_INTERVAL_SECONDS", 3600)
FETCH_HOST_INTERVAL_SECONDS = env_number("FETCH_HOST_INTERVAL_SECONDS", 2)
FETCH_BATCH_DOCUMENTS = int(env_number("FETCH_BATCH_DOCUMENTS", 50))
FETCH_CONTACT_URL = env("FETCH_CONTACT_URL", f"{SITE_URL}/crawler/")
FETCH_USER_AGENT = f"ConductAtlas/1.0 (+{FETCH_CONTACT_URL})"
FETCH_CHROMIUM = env("FETCH_CHROMIUM")
# Exact host:port pairs that may be fetched although they are private: the demo's publisher, tests and benches.
FETCH_ALLOW_PRIVATE = env_list("FETCH_ALLOW_PRIVATE")
if FETCH_ALLOW_PRIVATE and PRODUCTION:
    raise ImproperlyConfigured("FETCH_ALLOW_PRIVATE is for demo, tests and benches: unset it in production")

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["monitoring.api.bodies.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "monitoring.api.pagination.CursorPagination",
    "DEFAULT_THROTTLE_CLASSES": ["billing.api.throttling.PlanThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "monitoring.api.problems.problem",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ConductAtlas API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",  # operations are named and grouped by what follows
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "RequestKind": "monitoring.models.Request.Kind",
        "RequestState": "monitoring.models.Request.State",
        "ReviewState": "monitoring.models.Review.State",
        "RevisionDirection": "monitoring.models.Revision.Direction",
        "WatchDirection": "monitoring.models.Watch.Direction",
        "VersionKind": "monitoring.models.Version.Kind",
        "ChannelKind": "monitoring.models.Channel.Kind",
        "DeliveryKind": "monitoring.models.Delivery.Kind",
        "EndpointKind": "monitoring.api.channels.KINDS",
    },
}

# --- security -------------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
if PRODUCTION:  # the browser takes a __Host- cookie only over https, for this host alone and for all its paths
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrftoken"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # the token is in the forms
SECURE_REFERRER_POLICY = "same-origin"  # addresses of invitations are secrets
# A form of ours may lead, by a redirect, to where one pays or signs in.
FORM_TARGETS = [
    *([f"https://{name}.stripe.com" for name in ("checkout", "billing", "invoice")] if BILLING == "stripe" else []),
    *([STRIPE_API_BASE] if STRIPE_API_BASE else []),
    *(["https:"] if SOCIALACCOUNT_PROVIDERS else []),
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.NONE],
        "script-src": [csp.SELF],
        "style-src": [csp.SELF],
        "img-src": [csp.SELF, "data:"],  # the square of an authenticator app is a data: image
        "font-src": [csp.SELF],
        "connect-src": [csp.SELF],
        "frame-src": [csp.SELF],
        "form-action": [csp.SELF, *FORM_TARGETS],
        "base-uri": [csp.NONE],
        "frame-ancestors": [csp.NONE],
    }
}
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env_bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

# --- logs -----------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "conductatlas.logs.LineFormatter"},
        "json": {"()": "conductatlas.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "stream": sys.stderr,
            "formatter": env("LOG_FORMAT", "json" if PRODUCTION else "line"),
        }
    },
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "propagate": False},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},
    },
}

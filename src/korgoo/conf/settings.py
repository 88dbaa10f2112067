"""Django's settings, derived from the environment. No value here is a secret."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF
from django.utils.functional import SimpleLazyObject

from korgoo.conf.clock import Clock
from korgoo.conf.environment import load_secret_key, read_environment

ENVIRONMENT = read_environment()

DEBUG = False
KORGOO_DEMO = ENVIRONMENT.demo
KORGOO_CLOCK = Clock(data=ENVIRONMENT.data, demo=ENVIRONMENT.demo)
KORGOO_TIME_ZONE = ENVIRONMENT.time_zone  # in which pages show and read times; records stay in UTC
# Read at first use: a management command that signs nothing needs no key and writes no file.
SECRET_KEY: Any = SimpleLazyObject(lambda: load_secret_key(ENVIRONMENT))
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
ROOT_URLCONF = "korgoo.web.urls"
WSGI_APPLICATION = "korgoo.conf.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "korgoo.outbox",
    "korgoo.audit",
    "korgoo.accounts",
    "korgoo.people",
    "korgoo.devices",
    "korgoo.orders",
    "korgoo.monitoring",
    "korgoo.alerts",
    "korgoo.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "korgoo.web.kit.gate.PageGateMiddleware",  # deny by default: a page that is not in its table is 403
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "korgoo.web.kit.context.describe_installation",
            ],
        },
    },
]


def _sqlite(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ENVIRONMENT.data / name,
        "OPTIONS": {
            # A write transaction takes its lock when it begins: two never deadlock on upgrading a read.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA busy_timeout=5000; PRAGMA synchronous=FULL",
        },
    }


def _databases() -> dict[str, dict[str, Any]]:
    address = ENVIRONMENT.database
    if address is None:
        return {"default": _sqlite("korgoo.db"), "picture": _sqlite("picture.db")}
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": address.name,
            "USER": address.user,
            "PASSWORD": address.password,
            "HOST": address.host,
            "PORT": address.port,
            "OPTIONS": dict(address.options),
            "CONN_MAX_AGE": 60,
        },
    }


DATABASES = _databases()
# SQLite has one writer a file, and the picture is written at the rate of the fixes: it gets its own file.
PICTURE_DATABASE = "picture" if "picture" in DATABASES else "default"
DATABASE_ROUTERS = ["korgoo.monitoring.routing.PictureRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Name and address together: a stranger cannot lock a colleague out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"  # of the sign-in form; axes would look for the model's `email`
# However an address is typed, it is one account: else each way of writing it had five guesses of its own.
AXES_USERNAME_CALLABLE = "korgoo.web.kit.sign_in.read_username"
AXES_LOCKOUT_TEMPLATE = "kit/locked_out.html"
AXES_VERBOSE = False  # names of accounts stay out of the log

LOGIN_URL = "web:sign-in"
CSRF_FAILURE_VIEW = "korgoo.web.kit.failures.show_csrf_failure"

LANGUAGE_CODE = "ru"
LANGUAGES = [
    (code, name)
    for code, name in (("ky", "Кыргызча"), ("ru", "Русский"), ("kk", "Қазақша"), ("en", "English"))
    if code in ENVIRONMENT.languages
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # served from the package: no step between an update and its pages
WHITENOISE_MIMETYPES = {".wav": "audio/wav"}  # with nosniff a browser plays nothing of an unknown type
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # The live process has a port of its own, unless KORGOO_LIVE_URL names a path of this origin.
        "connect-src": [SELF, *ENVIRONMENT.list_live_origins()],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.tls
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.tls else 0
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600  # one shift

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"axes": {"level": "WARNING"}},  # else each sign-in is four lines; refused ones are told
}

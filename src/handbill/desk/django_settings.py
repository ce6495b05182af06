"""What Django is told about the desk. Nothing of it is read before a desk command runs.

The database is set by :func:`handbill.desk.database.connect`, what differs from desk to desk by
:func:`handbill.desk.serving.site.apply`; the database below is for type checkers.
"""

INSTALLED_APPS = [
    "handbill.desk.store",
    "handbill.desk.staff",
    "handbill.desk.decisions",
    "handbill.desk.serving",
    # Django's and allauth's come last, so that our templates are found first.
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Groups and permissions of Django's own are not used: a role says what a person may do.
MIGRATION_MODULES: dict[str, str | None] = {"auth": None, "contenttypes": None}
CACHES = {
    "default": {
        # In the database, because limits and used codes must hold across workers.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "staff_remembered",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING_CONFIG = None  # a library configures no logging; serving/logs.py does it for workers
DEBUG = False

ROOT_URLCONF = "handbill.desk.urls"
ALLOWED_HOSTS: list[str] = []
APPEND_SLASH = False
MIDDLEWARE = [
    "handbill.desk.serving.headers.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "handbill.desk.staff.language.Language",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "handbill.desk.staff.guard.Guard",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "handbill.desk.staff.context.desk",
            ],
            "builtins": ["handbill.desk.staff.templatetags.desk"],
        },
    }
]
# Bodies are letters of at most 4 KiB and forms; what is larger is refused before it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 << 10
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600
FILE_UPLOAD_HANDLERS: list[str] = []

USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어"), ("es", "Español"), ("fa", "فارسی")]

AUTH_USER_MODEL = "staff.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["handbill.desk.staff.passwords.Argon2"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name"]},
    },
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

SESSION_ENGINE = "handbill.desk.staff.sessions"
SESSION_COOKIE_AGE = 2 * 3600  # idle; the limit of a session's whole life is in sessions.py
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None  # gone with the browser's window
CSRF_FAILURE_VIEW = "handbill.desk.staff.failures.csrf"
LANGUAGE_COOKIE_NAME = "desk_language"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_CONTENT_TYPE_NOSNIFF = True
USE_X_FORWARDED_HOST = False
USE_X_FORWARDED_PORT = False
SECURE_PROXY_SSL_HEADER = None

ACCOUNT_ADAPTER = "handbill.desk.staff.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# "ip" means everybody together: the adapter tells allauth one address for all.
ACCOUNT_RATE_LIMITS = {
    "login": "120/10m/ip",
    "login_failed": "5/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "10/m/user",
}
MFA_RATE_LIMITS = {"webauthn_login": "120/10m/ip"}
MFA_ADAPTER = "handbill.desk.staff.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_TOLERANCE = 1  # clocks of old laptops are a little wrong; a code still counts once
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there is no e-mail here
ACCOUNT_FORMS = {
    "login": "handbill.desk.staff.entrance.LoginForm",
    "reauthenticate": "handbill.desk.staff.entrance.ReauthenticateForm",
    "change_password": "handbill.desk.staff.entrance.ChangePasswordForm",
}
MFA_FORMS = {
    "activate_totp": "handbill.desk.staff.entrance.ActivateForm",
    "authenticate": "handbill.desk.staff.codes.AuthenticateForm",
    "reauthenticate": "handbill.desk.staff.codes.ReauthenticateForm",
}

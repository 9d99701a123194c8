"""Settings, all of them from environment variables; a wrong one stops the start with one sentence.

DATABASE_URL    default: an SQLite file below var/
SECRET_KEY      required unless DEBUG=1; at least 50 characters
ALLOWED_HOSTS   host names, separated by commas; required unless DEBUG=1
DEBUG           1 for development on one's own machine
KUANCHENG_HTTP  1 where the site is served on plain HTTP (the demo on loopback); otherwise HTTPS is enforced
KUANCHENG_TODAY YYYY-MM-DD pins the day that everything is judged on
KUANCHENG_CLOCK_WRONG_FROM  YYYY-MM-DD: what is kept of this day or a later one was written by a clock that
                ran ahead, and stops nobody; to be taken away when that day has come
KUANCHENG_EVIDENCE  the folder of uploaded photos and files; default: below var/. Back it up with the database
KUANCHENG_JOBS  the folder in which background jobs show signs of life, the same for the site and its workers;
                default: below var/. Nothing of it needs a backup
KUANCHENG_OUTLINE  a GeoJSON file with the district's outline for the map; default: the invented one in fixtures/
KUANCHENG_TILES an address template with {z}, {x} and {y} of a tile server whose map lies under the marks; default:
                none. KUANCHENG_TILES_CREDIT says whose map it is, with its 审图号
KUANCHENG_URL   the site's address, https://…, for links in mails and group messages
EMAIL_HOST      the mail server; without one no mail is sent. With it: EMAIL_FROM (required), EMAIL_PORT (25),
                EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, and EMAIL_SECURITY: none, starttls or tls
KUANCHENG_OUTGOING_PRIVATE  private networks that group bots may be in, 10.20.0.0/16,…; only there plain HTTP is
                spoken too. Without it the program sends to public addresses only
KUANCHENG_PROXIES  the addresses or networks of the proxies before the site, 127.0.0.1,10.1.2.0/28,…, and `unix` for one that
                comes through a Unix socket; only they are believed of who asks. KUANCHENG_PROXY_HEADER says where they write
                it: X-Forwarded-For (default), Forwarded or X-Real-IP; KUANCHENG_PROXY_HOPS how many stand in a row
                (default: as many as are named)
KUANCHENG_API_RATE  requests a minute of one key or account to the API (600); KUANCHENG_COSTLY_RATE exports and searches of
                one account (60); KUANCHENG_STRANGER_RATE requests without a valid key from one address (60). 0: no limit.
                Each process of the server counts for itself
KUANCHENG_DISK_LEAST  megabytes that must be free wherever the site keeps something, or /readyz answers 503 (200)
KUANCHENG_BACKUP_MARK  a file that the backup touches at its end; /readyz and 运行状况 tell how old it is
KUANCHENG_OPEN_SCHEMA  1 where the API's description and documentation are open to everybody; otherwise they need a login
DATABASE_OWNER_URL  PostgreSQL: who owns the tables, for migrate, archive_audit and audit_grants only; the site's
                own role (DATABASE_URL) then may only add to the audit. Never in the site's own environment
KUANCHENG_AUDIT the folder in which the audit keeps its chain's head and its archives; default: below var/. Back it up,
                to another machine
KUANCHENG_AUDIT_MONTHS  how many months of the audit stay in the database before they are archived; 6 (the least)
KUANCHENG_SYSLOG  where the audit is forwarded: tls://host:6514, or tcp://127.0.0.1:514 on this machine; default:
                nowhere. KUANCHENG_SYSLOG_CA: the file of the authority that the collector's certificate is from;
                KUANCHENG_SYSLOG_CERT: our own certificate with its key, where the collector asks for one
KUANCHENG_CLAMD a virus scanner that every uploaded file is shown to: tcp://127.0.0.1:3310 or unix:/run/clamav/clamd.ctl;
                default: none. While it does not answer no file is taken
KUANCHENG_FINISH_NEEDS_DOCUMENT  1 where a permit milestone may only be finished with its document number
"""

import os

from csp.constants import NONE, SELF

from kuancheng.clock import parse_day
from kuancheng.drf.enum_names import ENUM_NAMES
from kuancheng.environment import (
    BASE_DIR,
    VAR_DIR,
    allowed_hosts,
    audit_months,
    database,
    day,
    flag,
    mail,
    number,
    outgoing_private,
    proxies,
    scanner,
    secret_key,
    site_url,
    syslog,
    tiles,
)

DEBUG = flag("DEBUG")
PLAIN_HTTP = DEBUG or flag("KUANCHENG_HTTP")
SECRET_KEY = secret_key(debug=DEBUG)
ALLOWED_HOSTS = allowed_hosts(debug=DEBUG)
DATABASES = {"default": database()}
KUANCHENG_TODAY = day("KUANCHENG_TODAY")
_WRONG_FROM = day("KUANCHENG_CLOCK_WRONG_FROM")
KUANCHENG_CLOCK_WRONG_FROM = parse_day(_WRONG_FROM) if _WRONG_FROM else None
KUANCHENG_URL = site_url()
KUANCHENG_OUTGOING_PRIVATE = outgoing_private()
KUANCHENG_PROXIES = proxies()
KUANCHENG_API_RATE = number("KUANCHENG_API_RATE", 600)
KUANCHENG_COSTLY_RATE = number("KUANCHENG_COSTLY_RATE", 60)
KUANCHENG_STRANGER_RATE = number("KUANCHENG_STRANGER_RATE", 60)
KUANCHENG_DISK_LEAST = number("KUANCHENG_DISK_LEAST", 200)
KUANCHENG_BACKUP_MARK = os.environ.get("KUANCHENG_BACKUP_MARK", "")
KUANCHENG_OPEN_SCHEMA = flag("KUANCHENG_OPEN_SCHEMA")
KUANCHENG_CLAMD = scanner()
globals().update(mail())
KUANCHENG_OUTLINE = os.environ.get("KUANCHENG_OUTLINE") or BASE_DIR / "fixtures/district.geojson"
KUANCHENG_TILES, _TILES_FROM = tiles()
KUANCHENG_TILES_CREDIT = os.environ.get("KUANCHENG_TILES_CREDIT", "")
KUANCHENG_FINISH_NEEDS_DOCUMENT = flag("KUANCHENG_FINISH_NEEDS_DOCUMENT")

INSTALLED_APPS = [
    "kuancheng.demo",
    "kuancheng.reports.apps.ReportsConfig",
    "investment",
    "projects",
    "kuancheng.sheets",
    "kuancheng.documents",
    "kuancheng.accounts",
    "kuancheng.proposals",
    "kuancheng.notices",
    "kuancheng.jobs",
    "kuancheng.access",
    "kuancheng.throttles",
    "kuancheng.audit",
    "kuancheng.reports.apps.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
    "rest_framework",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "kuancheng.proxy.TrustedProxy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "kuancheng.compression.CompressedPages",
    "django.middleware.http.ConditionalGetMiddleware",
    "kuancheng.headers.Headers",
    "kuancheng.access.sessions.IdleSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kuancheng.access.pacing.CostlyPages",
    "kuancheng.audit.middleware.AuditMiddleware",
    "kuancheng.audit.refusals.RefusedWrites",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "kuancheng.unavailable.Unavailable",
]

ROOT_URLCONF = "kuancheng.urls"
WSGI_APPLICATION = "kuancheng.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "kuancheng" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kuancheng.reports.context.site",
                "kuancheng.unavailable.notes",
                "kuancheng.notices.context.unread",
            ],
        },
    },
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = "kuancheng.formats"
LOCALE_PATHS = [BASE_DIR / "kuancheng" / "locale"]

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "kuancheng" / "static"]
_MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _PLAIN if DEBUG else _MANIFEST},
    "evidence": {
        "BACKEND": "kuancheng.database.files.WholeFiles",
        "OPTIONS": {
            "location": os.environ.get("KUANCHENG_EVIDENCE") or VAR_DIR / "evidence",
            "base_url": None,
        },
    },
    # Uploads that wait to be applied; nothing of them needs a backup.
    "sheets": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "sheets",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}

# Work in the background: kept in the database, run by `manage.py work`
TASKS = {"default": {"BACKEND": "kuancheng.jobs.backend.JobBackend"}}
KUANCHENG_JOBS = os.environ.get("KUANCHENG_JOBS") or VAR_DIR / "jobs"
KUANCHENG_JOB_LEASE = 30.0
"""Seconds without a sign of life after which a job's worker is taken for dead."""

# Who did what
KUANCHENG_AUDIT = os.environ.get("KUANCHENG_AUDIT") or VAR_DIR / "audit"
KUANCHENG_AUDIT_MONTHS = audit_months()
KUANCHENG_SYSLOG = syslog()

# Who comes in, and how (GB/T 22239-2019: lockout after 5 failures, 30 idle minutes, three classes)
AUTH_USER_MODEL = "access.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "kuancheng.access.passwords.ThreeClassesValidator"},
]
SESSION_ENGINE = "kuancheng.access.sessions"
SESSION_COOKIE_AGE = 30 * 60
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "kuancheng.access.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_REDIRECT_EXEMPT = [r"^(?:healthz|readyz)$"]
SECURE_PROXY_SSL_HEADER = None if PLAIN_HTTP else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not PLAIN_HTTP
SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SESSION_COOKIE_SECURE = not PLAIN_HTTP
CSRF_COOKIE_SECURE = not PLAIN_HTTP
CSRF_FAILURE_VIEW = "kuancheng.access.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *_TILES_FROM],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

SIMPLE_HISTORY_REVERT_DISABLED = True
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
# A project with its milestones, people and plan posts a few thousand fields at once.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "kuancheng.access.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["kuancheng.drf.throttling.OwnBudget"],
    "DEFAULT_PERMISSION_CLASSES": ["kuancheng.access.permissions.MayViewModel"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "kuancheng.drf.pages.Pages",
    "DEFAULT_SCHEMA_CLASS": "kuancheng.drf.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "kuancheng.drf.problems.problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "重点项目调度系统接口",
    "VERSION": "1",
    "DESCRIPTION": (
        "金额为万元的十进制字符串，比率为百分数，日期为 ISO 8601，月份为 YYYY-MM。"
        "空值（null）表示未报送，不等于 0。未知参数或不合规的值返回 400，并指明参数。"
        "字段分公开、内部、敏感三级（x-data-class）：高于密钥级别的不出现，人名只留姓，也不能用来查询。"
    ),
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["kuancheng.access.permissions.MayReadSchema"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Swagger UI asks a validator on the internet unless told not to.
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "validatorUrl": None,
        "defaultModelsExpandDepth": -1,
    },
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "kuancheng.access.secrets.MaskedFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

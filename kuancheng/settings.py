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
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

import dj_database_url
from csp.constants import NONE, SELF

from kuancheng.audit.syslog import Collector, parse_collector
from kuancheng.clock import parse_day
from kuancheng.drf.enum_names import ENUM_NAMES
from kuancheng.files.clamd import Clamd
from kuancheng.notices.rules.addresses import Network, parse_networks
from kuancheng.proxy import HEADERS, UNIX, Proxies

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


def _stop(sentence: str) -> NoReturn:
    sys.exit(f"无法启动：{sentence}")


def _flag(name: str) -> bool:
    value = os.environ.get(name, "0")
    if value not in {"0", "1"}:
        _stop(f"环境变量 {name} 只能是 0 或 1，现在是“{value}”。")
    return value == "1"


def _secret_key() -> str:
    key = os.environ.get("SECRET_KEY", "")
    if not key and DEBUG:
        return "development-only-" + "k" * 50
    if not key:
        _stop(
            "没有设置环境变量 SECRET_KEY。请运行 "
            'python -c "import secrets; print(secrets.token_urlsafe(50))" 生成一个并妥善保存。'
        )
    if len(key) < 50:
        _stop("环境变量 SECRET_KEY 太短，至少 50 个字符。")
    return key


def _allowed_hosts() -> list[str]:
    hosts = [host.strip() for host in os.environ.get("ALLOWED_HOSTS", "").split(",")]
    hosts = [host for host in hosts if host]
    if not hosts and not DEBUG:
        _stop("没有设置环境变量 ALLOWED_HOSTS（本站域名，多个用逗号分隔）。")
    return hosts


OWNERS_COMMANDS = {"migrate", "archive_audit", "audit_grants"}
"""What the site's own role of the database may not do, where it has been given less."""


def _database_setting() -> str:
    """The name of the variable that leads to the database for this command."""
    owner = os.environ.get("DATABASE_OWNER_URL")
    asked = owner and not OWNERS_COMMANDS.isdisjoint(sys.argv[1:2])
    return "DATABASE_OWNER_URL" if asked else "DATABASE_URL"


def _database() -> dict[str, Any]:
    name = _database_setting()
    url = os.environ.get(name) or f"sqlite:///{VAR_DIR / 'kuancheng.sqlite3'}"
    try:
        database: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError, dj_database_url.ParseError):
        database = {"ENGINE": ""}
    if database["ENGINE"] == "django.db.backends.sqlite3":
        return database | _sqlite(database)
    if database["ENGINE"] == "django.db.backends.postgresql":
        database.setdefault("OPTIONS", {})["pool"] = {
            "min_size": 1,
            "max_size": 8,
            "timeout": 10,
        }
        # A connection is looked at before it is lent: the server may have been started again.
        return database | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    _stop(
        f"环境变量 {name} 无法识别，应形如 sqlite:////路径/文件 或 postgresql://用户:口令@主机/库名。"
    )


def _sqlite(database: dict[str, Any]) -> dict[str, Any]:
    folder = Path(database["NAME"]).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _stop(f"DATABASE_URL 所指的目录 {folder} 不能创建（{error.strerror}）。")
    return {
        "ENGINE": "kuancheng.database.sqlite",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            # Seconds in line for one's turn to write; then the page says so and keeps what was typed.
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def _day(name: str) -> str:
    value = os.environ.get(name, "")
    try:
        if value:
            parse_day(value)
    except ValueError:
        _stop(f"环境变量 {name} 应为存在的日期 YYYY-MM-DD，现在是“{value}”。")
    return value


def _mail() -> dict[str, Any]:
    """Django's mail settings."""
    host, sender = os.environ.get("EMAIL_HOST", ""), os.environ.get("EMAIL_FROM", "")
    port, security = os.environ.get("EMAIL_PORT", "25"), os.environ.get("EMAIL_SECURITY", "none")
    if host and "@" not in sender:
        _stop("设置了 EMAIL_HOST，还须设置发件人 EMAIL_FROM，例如 dispatch@example.gov.cn。")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        _stop(f"环境变量 EMAIL_PORT 应为端口号，现在是“{port}”。")
    if security not in {"none", "starttls", "tls"}:
        _stop(f"环境变量 EMAIL_SECURITY 只能是 none、starttls 或 tls，现在是“{security}”。")
    return {
        "EMAIL_HOST": host,
        "EMAIL_PORT": int(port),
        "EMAIL_HOST_USER": os.environ.get("EMAIL_HOST_USER", ""),
        "EMAIL_HOST_PASSWORD": os.environ.get("EMAIL_HOST_PASSWORD", ""),
        "EMAIL_USE_TLS": security == "starttls",
        "EMAIL_USE_SSL": security == "tls",
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": sender or "webmaster@localhost",
    }


def _audit_months() -> int:
    months = os.environ.get("KUANCHENG_AUDIT_MONTHS") or "6"
    if not months.isascii() or not months.isdigit() or not 6 <= int(months) <= 1200:
        _stop(
            f"环境变量 KUANCHENG_AUDIT_MONTHS 应为月数，至少 6（日志须留存六个月），现在是“{months}”。"
        )
    return int(months)


def _syslog() -> Collector | None:
    address = os.environ.get("KUANCHENG_SYSLOG", "")
    files = [os.environ.get(f"KUANCHENG_SYSLOG_{each}", "") for each in ("CA", "CERT")]
    if not address:
        return None
    try:
        collector = parse_collector(address, *files)
    except ValueError:
        _stop(
            "环境变量 KUANCHENG_SYSLOG 应形如 tls://主机:6514；不加密的 tcp:// 只能到本机，"
            f"现在是“{address}”。"
        )
    for file in files:
        if file and not os.access(file, os.R_OK):
            _stop(f"KUANCHENG_SYSLOG_CA、KUANCHENG_SYSLOG_CERT 所指的文件 {file} 不能读。")
    return collector


def _site_url() -> str:
    url = os.environ.get("KUANCHENG_URL", "").rstrip("/")
    if url and not url.startswith(("https://", "http://")):
        _stop(f"环境变量 KUANCHENG_URL 应以 https:// 开头，现在是“{url}”。")
    return url


def _tiles() -> tuple[str, list[str]]:
    """The template of the tiles' addresses, and the origin that pictures may come from for it."""
    template = os.environ.get("KUANCHENG_TILES", "")
    numbered, times = re.subn(r"\{[xyz]\}", "0", template)
    origin = re.match(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(?=/[^\s{};,'\"]*$)", numbered)
    if not template:
        return "", []
    if origin is None or times != 3 or not all(each in template for each in ("{z}", "{x}", "{y}")):
        _stop(
            "环境变量 KUANCHENG_TILES 应为瓦片地址，以 https:// 开头，含 {z}、{x}、{y} 各一次，"
            f"例如 https://tiles.example.gov.cn/{{z}}/{{x}}/{{y}}.png，现在是“{template}”。"
        )
    return template, [origin[0]]


def _scanner() -> str:
    address = os.environ.get("KUANCHENG_CLAMD", "")
    try:
        if address:
            Clamd.at(address)
    except ValueError:
        _stop(
            "环境变量 KUANCHENG_CLAMD 应为 tcp://主机:端口 或 unix:/路径，"
            f"例如 tcp://127.0.0.1:3310，现在是“{address}”。"
        )
    return address


def _outgoing_private() -> tuple[Network, ...]:
    text = os.environ.get("KUANCHENG_OUTGOING_PRIVATE", "")
    try:
        return parse_networks(text)
    except ValueError:
        _stop(
            f"环境变量 KUANCHENG_OUTGOING_PRIVATE 应为网段，多个用逗号分隔，例如 10.20.0.0/16，现在是“{text}”。"
        )


def _number(name: str, default: int, least: int = 0) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or len(value) > 9 or int(value) < least:
        _stop(f"环境变量 {name} 应为不小于 {least} 的整数，现在是“{value}”。")
    return int(value)


def _proxies() -> Proxies:
    """Who is believed of where a request comes from."""
    text = os.environ.get("KUANCHENG_PROXIES", "")
    header = os.environ.get("KUANCHENG_PROXY_HEADER") or HEADERS[0]
    if header not in HEADERS:
        _stop(f"环境变量 KUANCHENG_PROXY_HEADER 只能是 {'、'.join(HEADERS)}，现在是“{header}”。")
    named = [part.strip() for part in text.split(",")]
    try:
        networks = parse_networks(",".join(part for part in named if part != UNIX))
    except ValueError:
        _stop(
            "环境变量 KUANCHENG_PROXIES 应为反向代理的地址或网段，多个用逗号分隔，"
            f"例如 127.0.0.1,10.1.2.0/28，现在是“{text}”。"
        )
    if any(each.prefixlen == 0 for each in networks):
        _stop("环境变量 KUANCHENG_PROXIES 不能包括所有地址，请写明反向代理的地址。")
    return Proxies(networks, UNIX in named, header, _number("KUANCHENG_PROXY_HOPS", 0))


DEBUG = _flag("DEBUG")
PLAIN_HTTP = DEBUG or _flag("KUANCHENG_HTTP")
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = _allowed_hosts()
DATABASES = {"default": _database()}
KUANCHENG_TODAY = _day("KUANCHENG_TODAY")
_WRONG_FROM = _day("KUANCHENG_CLOCK_WRONG_FROM")
KUANCHENG_CLOCK_WRONG_FROM = parse_day(_WRONG_FROM) if _WRONG_FROM else None
KUANCHENG_URL = _site_url()
KUANCHENG_OUTGOING_PRIVATE = _outgoing_private()
KUANCHENG_PROXIES = _proxies()
KUANCHENG_API_RATE = _number("KUANCHENG_API_RATE", 600)
KUANCHENG_COSTLY_RATE = _number("KUANCHENG_COSTLY_RATE", 60)
KUANCHENG_STRANGER_RATE = _number("KUANCHENG_STRANGER_RATE", 60)
KUANCHENG_DISK_LEAST = _number("KUANCHENG_DISK_LEAST", 200)
KUANCHENG_BACKUP_MARK = os.environ.get("KUANCHENG_BACKUP_MARK", "")
KUANCHENG_OPEN_SCHEMA = _flag("KUANCHENG_OPEN_SCHEMA")
KUANCHENG_CLAMD = _scanner()
globals().update(_mail())
KUANCHENG_OUTLINE = os.environ.get("KUANCHENG_OUTLINE") or BASE_DIR / "fixtures/district.geojson"
KUANCHENG_TILES, _TILES_FROM = _tiles()
KUANCHENG_TILES_CREDIT = os.environ.get("KUANCHENG_TILES_CREDIT", "")
KUANCHENG_FINISH_NEEDS_DOCUMENT = _flag("KUANCHENG_FINISH_NEEDS_DOCUMENT")

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
KUANCHENG_AUDIT_MONTHS = _audit_months()
KUANCHENG_SYSLOG = _syslog()

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

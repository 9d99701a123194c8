"""What the environment says of the site, read once at the start; what is wrong stops it with one sentence.

Each function answers for one setting; `kuancheng.settings` says what they mean.
"""

import os
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

import dj_database_url

from kuancheng.audit.chain.syslog import Collector, parse_collector
from kuancheng.clock import parse_day
from kuancheng.files.clamd import Clamd
from kuancheng.notices.rules.addresses import Network, parse_networks
from kuancheng.proxy import HEADERS, UNIX, Proxies

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


def stop(sentence: str) -> NoReturn:
    """Ends the start with one sentence."""
    sys.exit(f"无法启动：{sentence}")


def flag(name: str) -> bool:
    """A switch: 1 or 0; off where nothing is said."""
    value = os.environ.get(name, "0")
    if value not in {"0", "1"}:
        stop(f"环境变量 {name} 只能是 0 或 1，现在是“{value}”。")
    return value == "1"


def secret_key(*, debug: bool) -> str:
    """The key that signs; required where the site is served."""
    key = os.environ.get("SECRET_KEY", "")
    if not key and debug:
        return "development-only-" + "k" * 50
    if not key:
        stop(
            "没有设置环境变量 SECRET_KEY。请运行 "
            'python -c "import secrets; print(secrets.token_urlsafe(50))" 生成一个并妥善保存。'
        )
    if len(key) < 50:
        stop("环境变量 SECRET_KEY 太短，至少 50 个字符。")
    return key


def allowed_hosts(*, debug: bool) -> list[str]:
    """The names by which the site is asked; required where it is served."""
    hosts = [host.strip() for host in os.environ.get("ALLOWED_HOSTS", "").split(",")]
    hosts = [host for host in hosts if host]
    if not hosts and not debug:
        stop("没有设置环境变量 ALLOWED_HOSTS（本站域名，多个用逗号分隔）。")
    return hosts


OWNERS_COMMANDS = {"migrate", "archive_audit", "audit_grants"}
"""What the site's own role of the database may not do, where it has been given less."""


def database_setting() -> str:
    """The name of the variable that leads to the database for this command."""
    owner = os.environ.get("DATABASE_OWNER_URL")
    asked = owner and not OWNERS_COMMANDS.isdisjoint(sys.argv[1:2])
    return "DATABASE_OWNER_URL" if asked else "DATABASE_URL"


def database() -> dict[str, Any]:
    """The database: SQLite, whose writers stand in line, or PostgreSQL with a pool."""
    name = database_setting()
    url = os.environ.get(name) or f"sqlite:///{VAR_DIR / 'kuancheng.sqlite3'}"
    try:
        database: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError, dj_database_url.ParseError):
        database = {"ENGINE": ""}
    if database["ENGINE"] == "django.db.backends.sqlite3":
        return database | sqlite(database)
    if database["ENGINE"] == "django.db.backends.postgresql":
        database.setdefault("OPTIONS", {})["pool"] = {
            "min_size": 1,
            "max_size": 8,
            "timeout": 10,
        }
        # A connection is looked at before it is lent: the server may have been started again.
        return database | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    stop(
        f"环境变量 {name} 无法识别，应形如 sqlite:////路径/文件 或 postgresql://用户:口令@主机/库名。"
    )


def sqlite(database: dict[str, Any]) -> dict[str, Any]:
    """What SQLite is told; its folder is made where it is missing."""
    folder = Path(database["NAME"]).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"DATABASE_URL 所指的目录 {folder} 不能创建（{error.strerror}）。")
    return {
        "ENGINE": "kuancheng.database.sqlite",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            # Seconds in line for one's turn to write; then the page says so and keeps what was typed.
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def day(name: str) -> str:
    """A day that exists, as written; empty where none is set."""
    value = os.environ.get(name, "")
    try:
        if value:
            parse_day(value)
    except ValueError:
        stop(f"环境变量 {name} 应为存在的日期 YYYY-MM-DD，现在是“{value}”。")
    return value


def mail() -> dict[str, Any]:
    """Django's mail settings."""
    host, sender = os.environ.get("EMAIL_HOST", ""), os.environ.get("EMAIL_FROM", "")
    port, security = os.environ.get("EMAIL_PORT", "25"), os.environ.get("EMAIL_SECURITY", "none")
    if host and "@" not in sender:
        stop("设置了 EMAIL_HOST，还须设置发件人 EMAIL_FROM，例如 dispatch@example.gov.cn。")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        stop(f"环境变量 EMAIL_PORT 应为端口号，现在是“{port}”。")
    if security not in {"none", "starttls", "tls"}:
        stop(f"环境变量 EMAIL_SECURITY 只能是 none、starttls 或 tls，现在是“{security}”。")
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


def audit_months() -> int:
    """How many months of the audit stay in the database, at least six."""
    months = os.environ.get("KUANCHENG_AUDIT_MONTHS") or "6"
    if not months.isascii() or not months.isdigit() or not 6 <= int(months) <= 1200:
        stop(
            f"环境变量 KUANCHENG_AUDIT_MONTHS 应为月数，至少 6（日志须留存六个月），现在是“{months}”。"
        )
    return int(months)


def syslog() -> Collector | None:
    """Where the audit is forwarded; None for nowhere."""
    address = os.environ.get("KUANCHENG_SYSLOG", "")
    files = [os.environ.get(f"KUANCHENG_SYSLOG_{each}", "") for each in ("CA", "CERT")]
    if not address:
        return None
    try:
        collector = parse_collector(address, *files)
    except ValueError:
        stop(
            "环境变量 KUANCHENG_SYSLOG 应形如 tls://主机:6514；不加密的 tcp:// 只能到本机，"
            f"现在是“{address}”。"
        )
    for file in files:
        if file and not os.access(file, os.R_OK):
            stop(f"KUANCHENG_SYSLOG_CA、KUANCHENG_SYSLOG_CERT 所指的文件 {file} 不能读。")
    return collector


def site_url() -> str:
    """The address of the site itself, without a slash at its end."""
    url = os.environ.get("KUANCHENG_URL", "").rstrip("/")
    if url and not url.startswith(("https://", "http://")):
        stop(f"环境变量 KUANCHENG_URL 应以 https:// 开头，现在是“{url}”。")
    return url


def tiles() -> tuple[str, list[str]]:
    """The template of the tiles' addresses, and the origin that pictures may come from for it."""
    template = os.environ.get("KUANCHENG_TILES", "")
    numbered, times = re.subn(r"\{[xyz]\}", "0", template)
    origin = re.match(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(?=/[^\s{};,'\"]*$)", numbered)
    if not template:
        return "", []
    if origin is None or times != 3 or not all(each in template for each in ("{z}", "{x}", "{y}")):
        stop(
            "环境变量 KUANCHENG_TILES 应为瓦片地址，以 https:// 开头，含 {z}、{x}、{y} 各一次，"
            f"例如 https://tiles.example.gov.cn/{{z}}/{{x}}/{{y}}.png，现在是“{template}”。"
        )
    return template, [origin[0]]


def scanner() -> str:
    """Where the virus scanner listens; empty for none."""
    address = os.environ.get("KUANCHENG_CLAMD", "")
    try:
        if address:
            Clamd.at(address)
    except ValueError:
        stop(
            "环境变量 KUANCHENG_CLAMD 应为 tcp://主机:端口 或 unix:/路径，"
            f"例如 tcp://127.0.0.1:3310，现在是“{address}”。"
        )
    return address


def outgoing_private() -> tuple[Network, ...]:
    """The private networks that messages may be sent into."""
    text = os.environ.get("KUANCHENG_OUTGOING_PRIVATE", "")
    try:
        return parse_networks(text)
    except ValueError:
        stop(
            f"环境变量 KUANCHENG_OUTGOING_PRIVATE 应为网段，多个用逗号分隔，例如 10.20.0.0/16，现在是“{text}”。"
        )


def number(name: str, default: int, least: int = 0) -> int:
    """A whole number, not below the least."""
    value = os.environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or len(value) > 9 or int(value) < least:
        stop(f"环境变量 {name} 应为不小于 {least} 的整数，现在是“{value}”。")
    return int(value)


def proxies() -> Proxies:
    """Who is believed of where a request comes from."""
    text = os.environ.get("KUANCHENG_PROXIES", "")
    header = os.environ.get("KUANCHENG_PROXY_HEADER") or HEADERS[0]
    if header not in HEADERS:
        stop(f"环境变量 KUANCHENG_PROXY_HEADER 只能是 {'、'.join(HEADERS)}，现在是“{header}”。")
    named = [part.strip() for part in text.split(",")]
    try:
        networks = parse_networks(",".join(part for part in named if part != UNIX))
    except ValueError:
        stop(
            "环境变量 KUANCHENG_PROXIES 应为反向代理的地址或网段，多个用逗号分隔，"
            f"例如 127.0.0.1,10.1.2.0/28，现在是“{text}”。"
        )
    if any(each.prefixlen == 0 for each in networks):
        stop("环境变量 KUANCHENG_PROXIES 不能包括所有地址，请写明反向代理的地址。")
    return Proxies(networks, UNIX in named, header, number("KUANCHENG_PROXY_HOPS", 0))

"""A wrong setting stops the start with one Chinese sentence, not with a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "KUANCHENG_TODAY")
PRODUCTION = {
    "SECRET_KEY": "a-key-of-fifty-characters-and-more-0123456789-XYZ-abc-987",
    "ALLOWED_HOSTS": "example.gov.cn",
    "DATABASE_URL": "sqlite:////tmp/kuancheng-settings-test.sqlite3",
    "KUANCHENG_PROXIES": "127.0.0.1",
}


def check(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check` in an environment that holds none of our settings but those."""
    clean = {name: value for name, value in os.environ.items() if not _ours(name)}
    return subprocess.run(
        [sys.executable, "manage.py", "check", *arguments],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _ours(name: str) -> bool:
    return name in SETTINGS or name.startswith(("KUANCHENG_", "DJANGO_"))


WRONG = [
    ({"SECRET_KEY": ""}, "没有设置环境变量 SECRET_KEY"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY 太短"),
    ({"ALLOWED_HOSTS": ""}, "没有设置环境变量 ALLOWED_HOSTS"),
    ({"ALLOWED_HOSTS": " , "}, "没有设置环境变量 ALLOWED_HOSTS"),
    ({"DEBUG": "yes"}, "DEBUG 只能是 0 或 1"),
    ({"KUANCHENG_HTTP": "true"}, "KUANCHENG_HTTP 只能是 0 或 1"),
    ({"DATABASE_URL": "nonsense"}, "无法识别"),
    ({"DATABASE_URL": "oracel://host/name"}, "无法识别"),
    ({"DATABASE_URL": "postgresql://user@host:port/name"}, "无法识别"),
    ({"DATABASE_URL": "mysql://user@host/name"}, "无法识别"),
    ({"DATABASE_URL": "sqlite:////proc/none/kuancheng.sqlite3"}, "DATABASE_URL"),
    ({"KUANCHENG_TODAY": "2024-02-30"}, "KUANCHENG_TODAY 应为存在的日期"),
    ({"KUANCHENG_TODAY": "20241015"}, "KUANCHENG_TODAY 应为存在的日期"),
    ({"KUANCHENG_TODAY": "today"}, "KUANCHENG_TODAY 应为存在的日期"),
    ({"KUANCHENG_TILES": "/{z}/{x}/{y}.png"}, "KUANCHENG_TILES 应为瓦片地址"),
    ({"KUANCHENG_TILES": "https://t.example.gov.cn/{z}/{x}.png"}, "KUANCHENG_TILES 应为瓦片地址"),
    ({"KUANCHENG_TILES": "https://t.example.gov.cn/{z}/{x}/{y}?a; img-src *"}, "KUANCHENG_TILES"),
    ({"KUANCHENG_OUTGOING_PRIVATE": "10.20.0.1/16"}, "KUANCHENG_OUTGOING_PRIVATE 应为网段"),
    ({"KUANCHENG_PROXIES": "proxy.example.gov.cn"}, "KUANCHENG_PROXIES 应为反向代理的地址或网段"),
    ({"KUANCHENG_PROXIES": "10.1.2.3/24"}, "KUANCHENG_PROXIES 应为反向代理的地址或网段"),
    ({"KUANCHENG_PROXIES": "0.0.0.0/0"}, "KUANCHENG_PROXIES 不能包括所有地址"),
    ({"KUANCHENG_PROXY_HEADER": "X-Client-Ip"}, "KUANCHENG_PROXY_HEADER 只能是"),
    ({"KUANCHENG_PROXY_HOPS": "-1"}, "KUANCHENG_PROXY_HOPS 应为不小于 0 的整数"),
    ({"KUANCHENG_OPEN_SCHEMA": "yes"}, "KUANCHENG_OPEN_SCHEMA 只能是 0 或 1"),
    ({"KUANCHENG_OUTGOING_PRIVATE": "1"}, "KUANCHENG_OUTGOING_PRIVATE 应为网段"),
    ({"KUANCHENG_AUDIT_MONTHS": "5"}, "KUANCHENG_AUDIT_MONTHS 应为月数，至少 6"),
    ({"KUANCHENG_AUDIT_MONTHS": "半年"}, "KUANCHENG_AUDIT_MONTHS 应为月数，至少 6"),
    ({"KUANCHENG_SYSLOG": "tcp://10.1.2.3:514"}, "KUANCHENG_SYSLOG 应形如 tls://主机:6514"),
    ({"KUANCHENG_SYSLOG": "tls://a", "KUANCHENG_SYSLOG_CA": "/none.pem"}, "/none.pem 不能读"),
    ({"KUANCHENG_CLAMD": "127.0.0.1:3310"}, "KUANCHENG_CLAMD 应为 tcp://主机:端口"),
    ({"KUANCHENG_CLAMD": "unix:clamd.ctl"}, "KUANCHENG_CLAMD 应为 tcp://主机:端口"),
]


@pytest.mark.parametrize(("wrong", "sentence"), WRONG, ids=[str(case[0]) for case in WRONG])
def test_wrong_setting_stops_the_start_with_one_sentence(
    wrong: dict[str, str], sentence: str
) -> None:
    stopped = check(**PRODUCTION | wrong)
    lines = stopped.stderr.strip().splitlines()
    assert stopped.returncode == 1
    assert stopped.stdout == ""
    assert len(lines) == 1, stopped.stderr
    assert lines[0].startswith("无法启动：")
    assert sentence in lines[0]


def test_production_settings_pass_the_check_for_deployment() -> None:
    passed = check("--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert passed.returncode == 0, passed.stderr


def test_the_tables_owner_is_asked_for_by_the_commands_that_need_him_only() -> None:
    environment = PRODUCTION | {"DATABASE_OWNER_URL": "nonsense"}
    assert check(**environment).returncode == 0
    stopped = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--plan"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not _ours(name)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "DATABASE_OWNER_URL 无法识别" in stopped.stderr


def test_https_without_a_named_proxy_is_warned_of() -> None:
    warned = check("--deploy", "--fail-level", "WARNING", **PRODUCTION | {"KUANCHENG_PROXIES": ""})
    assert warned.returncode == 1
    assert "kuancheng.proxy.W001" in warned.stderr


def test_development_needs_no_setting_but_debug() -> None:
    passed = check(DEBUG="1")
    assert passed.returncode == 0, passed.stderr


@pytest.mark.parametrize(
    ("template", "sources"),
    [
        ("", "'self' data:"),
        ("https://t.example.gov.cn/{z}/{x}/{y}.png", "'self' data: https://t.example.gov.cn"),
        (
            "https://t.example.gov.cn:8443/w?r={y}&c={x}&m={z}",
            "'self' data: https://t.example.gov.cn:8443",
        ),
    ],
)
def test_pictures_come_from_the_tile_server_only_where_one_is_set(
    template: str, sources: str
) -> None:
    policy = "kuancheng.settings.CONTENT_SECURITY_POLICY['DIRECTIVES']"
    said = subprocess.run(
        [sys.executable, "-c", f"import kuancheng.settings; print(*{policy}['img-src'])"],
        cwd=ROOT,
        env=PRODUCTION | {"KUANCHENG_TILES": template},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == sources

"""The units in docs/ name commands that exist."""

import configparser

import pytest
from django.conf import settings
from django.core.management import ManagementUtility

UNITS = settings.BASE_DIR / "docs" / "systemd"


def unit(name: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None, strict=False)
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read_string((UNITS / name).read_text("utf-8"))
    return found


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("kuancheng-daily-monitor.service", "--date"),
        ("kuancheng-worker.service", "--once"),
        ("kuancheng-verify-audit.service", "--head"),
        ("kuancheng-archive-audit.service", "--older-than"),
    ],
)
def test_command_of_the_unit_exists(name: str, option: str) -> None:
    python, path, command, *options = unit(name)["Service"]["ExecStart"].split()
    assert python.endswith(".venv/bin/python")
    assert (settings.BASE_DIR / path).is_file()
    parser = ManagementUtility([path]).fetch_command(command).create_parser(path, command)
    parser.parse_args(options)
    assert option in parser.format_help()


def test_worker_is_started_again_and_has_time_to_hand_its_job_back() -> None:
    service = unit("kuancheng-worker.service")["Service"]
    assert service["Restart"] == "always"
    grace = float(service["ExecStart"].split("--grace ")[1])
    assert grace + 20 <= float(service["TimeoutStopSec"])


def test_every_unit_is_named_where_it_is_installed() -> None:
    text = (UNITS.parent / "deployment.md").read_text("utf-8")
    assert len(list(UNITS.iterdir())) == 8
    timers = {each.stem for each in UNITS.glob("*.timer")}
    for file in UNITS.iterdir():
        assert file.name in text or file.stem in timers, file.name


@pytest.mark.parametrize(
    ("name", "moment"), [("verify", "*-*-* 05:30:00"), ("archive", "*-*-02 03:30:00")]
)
def test_timers_of_the_audit_make_up_for_a_missed_run(name: str, moment: str) -> None:
    timer = unit(f"kuancheng-{name}-audit.timer")["Timer"]
    assert timer["OnCalendar"] == f"{moment} Asia/Shanghai"
    assert timer["Persistent"] == "true"


def test_only_the_archive_is_given_the_tables_owner() -> None:
    knowing = [
        each.name
        for each in UNITS.glob("*.service")
        if "EnvironmentFile=-/etc/kuancheng-owner.env" in each.read_text("utf-8")
    ]
    assert knowing == ["kuancheng-archive-audit.service"]


def test_timer_starts_the_unit_every_morning_and_makes_up_for_a_missed_one() -> None:
    timer = unit("kuancheng-daily-monitor.timer")["Timer"]
    assert timer["OnCalendar"] == "*-*-* 06:00:00 Asia/Shanghai"
    assert timer["Persistent"] == "true"


@pytest.mark.parametrize("name", sorted(each.name for each in UNITS.glob("*.service")))
def test_units_may_write_only_where_the_site_keeps_its_files(name: str) -> None:
    service = unit(name)["Service"]
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"].endswith("/var")

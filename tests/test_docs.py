"""The units in docs/ name commands that exist."""

import configparser

import pytest
from django.conf import settings
from django.core.management import ManagementUtility

UNITS = settings.BASE_DIR / "docs" / "systemd"


def unit(name: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None)
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read_string((UNITS / name).read_text("utf-8"))
    return found


@pytest.mark.parametrize(
    ("name", "option"),
    [("kuancheng-daily-monitor.service", "--date"), ("kuancheng-worker.service", "--once")],
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
    assert "四个文件" in text
    assert len(list(UNITS.iterdir())) == 4
    for name in ("kuancheng.service", "kuancheng-worker.service", "kuancheng-daily-monitor.timer"):
        assert name in text


def test_timer_starts_the_unit_every_morning_and_makes_up_for_a_missed_one() -> None:
    timer = unit("kuancheng-daily-monitor.timer")["Timer"]
    assert timer["OnCalendar"] == "*-*-* 06:00:00 Asia/Shanghai"
    assert timer["Persistent"] == "true"


@pytest.mark.parametrize(
    "name", ["kuancheng.service", "kuancheng-daily-monitor.service", "kuancheng-worker.service"]
)
def test_units_may_write_only_where_the_site_keeps_its_files(name: str) -> None:
    service = unit(name)["Service"]
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"].endswith("/var")

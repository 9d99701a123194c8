"""Names, numbers and addresses, as who has no right to them reads them."""

import pytest

from kuancheng.records.masking import Roster, masked_contacts, masked_name

NAMES = [
    ("王建国", "王**"),
    ("王明", "王**"),
    ("欧阳修", "欧阳**"),
    ("诸葛亮", "诸葛**"),
    ("爱新觉罗启", "爱新觉罗**"),
    ("欧阳", "欧**"),
    ("阿依古丽·买买提", "阿**"),
    ("John Smith", "J**"),
    ("王", "王**"),
    ("", ""),
]


@pytest.mark.parametrize(("name", "masked"), NAMES)
def test_only_the_surname_stays(name: str, masked: str) -> None:
    assert masked_name(name) == masked


CONTACTS = [
    ("电话13812345678。", "电话138****5678。"),
    ("编号113812345678", "编号113812345678"),
    ("写信到 wang.jg@example.gov.cn 即可", "写信到 ***@example.gov.cn 即可"),
    ("身份证220103198001011234", "身份证220103************"),
    ("项目代码2024-220103-04-01-123456", "项目代码2024-220103-04-01-123456"),
]


@pytest.mark.parametrize(("text", "masked"), CONTACTS)
def test_numbers_and_addresses_are_made_unreadable(text: str, masked: str) -> None:
    assert masked_contacts(text) == masked


def test_a_text_loses_the_names_in_it_and_keeps_the_offices() -> None:
    roster = Roster(
        ["王建国", "王建", "欧阳修", "项目中心", "复核账号", "示例区行政审批服务局", ""]
    )
    text = "王建国、王建与欧阳修商定，项目中心复核账号督办，联系13812345678"
    assert roster.masked(text) == "王**、王**与欧阳**商定，项目中心复核账号督办，联系138****5678"


def test_without_people_only_contacts_are_masked() -> None:
    assert Roster([]).masked("王建国 13812345678") == "王建国 138****5678"

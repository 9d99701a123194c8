"""The words by which people look a project up."""

import pytest

from projects.fields import search_key
from projects.models import Project
from tests import factories


def test_chinese_is_found_by_text_pinyin_and_initials() -> None:
    assert search_key(["中粮油脂"]) == "中粮油脂 zhongliangyouzhi zlyz"


def test_latin_words_stay_as_they_are_in_lower_case() -> None:
    assert search_key(["KC-0001", "", "万达4.0"]) == "kc-0001 万达4.0 wanda4.0 wd4.0"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked", ["zlyz", "zhongliang", "中粮", "旧名", "jm", "t-77", "2312-220103"]
)
def test_project_is_found_by_name_alias_and_codes(asked: str) -> None:
    made = factories.project(
        code="T-77",
        name="中粮油脂",
        aliases=["旧名"],
        national_code="2312-220103-04-01-123456",
    )
    factories.project(name="另一个项目")
    assert list(Project.objects.filter(search_key__icontains=asked)) == [made]


@pytest.mark.django_db
def test_bulk_writes_keep_the_search_key_too() -> None:
    Project.objects.bulk_create([Project(code="T-1", name="示例", stage="concept")])
    assert Project.objects.get().search_key == "t-1 示例 shili sl"

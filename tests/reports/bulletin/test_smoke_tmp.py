import pytest
from tests.clock import on_date
from tests.reports.bulletin.drafting import *
pytestmark = pytest.mark.django_db
def test_it():
    with on_date(TODAY):
        c = cast()
        b = c.draft()
        desk = as_user(c.writer)
        r = desk.get(ADDRESS)
        open("/tmp/h/bp_scratch/draft.html","w").write(r.text)
        assert r.status_code == 200
        for p in b.paragraphs.all(): print(p.order, p.section, p.kind, p.key, p.text)
        for l in r.context["checks"]: print(l.lack)
        print(desk.get(ADDRESS+"preview/").status_code)
        print(desk.get("/bulletins/").status_code)
def test_issue():
    with on_date(TODAY):
        c = cast()
        b = c.issued()
        r = as_user(c.reader).get(ADDRESS)
        open("/tmp/h/bp_scratch/issued.html","w").write(r.text)
        assert r.status_code == 200
        for f in b.issued.files.all(): print(f.kind, f.name, len(f.bytes))
        print(as_user(c.reader).get("/api/v1/bulletins/2024-09/").text[:3000])

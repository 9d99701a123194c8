"""What can be asked of orders."""

from kuancheng.asking.filters import (
    CodesFilter,
    FlagFilter,
    NumberFilter,
    OrderingFilter,
    RecordFilter,
    YearsFilter,
)
from kuancheng.asking.parameters import Parameters
from projects.models import Agency, Order
from projects.models.order import COLOURS, KINDS

COLUMNS = {"issued": "issued_at", "due": "due_on", "number": "pk"}


class OrderFilter(Parameters):
    """What the list of orders is narrowed to, and its order."""

    no_past = "督办单签发后内容不变，清单只回答现在；要看过去签发的请按年度筛选。"

    kind = CodesFilter(choices=KINDS, label="种类")
    colour = CodesFilter(choices=COLOURS, label="颜色")
    agency = RecordFilter(
        queryset=Agency.objects.filter(pk__in=Order.objects.values("agency")),
        label="责任单位",
        empty_label="全部责任单位",
    )
    year = YearsFilter(field_name="issued_on", lookup_expr="year__in", label="签发年度")
    acknowledged = FlagFilter(
        field_name="acknowledged_at", lookup_expr="isnull", exclude=True, label="是否已签收"
    )
    ordering = OrderingFilter(columns=COLUMNS, default="-issued")
    page = NumberFilter(minimum=1, label="页码，从 1 起")

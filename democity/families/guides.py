"""Service guides: a list of items, and each with its elements in a table or under headings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from democity import words
from democity.families.place import Place

if TYPE_CHECKING:
    from democity.families.base import Family
    from democity.families.place import Page
    from democity.plans import ColumnPlan, SitePlan


def _name(site: SitePlan, number: int) -> str:
    return words.GUIDES[(site.key + number) % len(words.GUIDES)]


def listing(family: Family, page: Page, column: ColumnPlan) -> str:
    """The items on offer."""
    lines = "".join(
        f'<li><a href="{family.link(page, Place("guide", column.number, number))}">'
        f"{_name(page.site, number)}</a> <a class='bl' href='{family.link(page, Place('guide', column.number, number))}'>"
        "办事指南</a></li>\n"
        for number in range(1, page.site.guides + 1)
    )
    return family.inner(page, column, f'<ul class="bslist">\n{lines}</ul>')


def elements(site: SitePlan, number: int) -> list[tuple[str, str]]:
    """The elements of one guide; the first ones of a site may lack some."""
    lacking = _GAPS[: site.guide_gaps] if number <= site.poor_guides else ()
    told = [one for one in _complete(site, number) if one[0] not in lacking]
    return (
        [(_SYNONYMS.get(name, name), text) for name, text in told] if site.flaws.synonyms else told
    )


_GAPS = ("设定依据", "申请条件", "办理材料", "办理流程", "办理地点", "联系电话")


_SYNONYMS = {
    "设定依据": "法律依据",
    "申请条件": "受理条件",
    "办理材料": "申请材料",
    "办理地点": "办公地址",
    "办理时间": "办公时间",
    "联系电话": "咨询电话",
    "办理流程": "办理程序",
}
"""Other headings of the same elements, as many guides have them."""


def _complete(site: SitePlan, number: int) -> list[tuple[str, str]]:
    name = _name(site, number)
    return [
        ("事项名称", name),
        ("实施主体", site.sponsor),
        ("设定依据", "《中华人民共和国行政许可法》及本省有关实施办法第十二条"),
        ("申请条件", f"符合{name}有关规定的公民、法人或者其他组织"),
        ("办理材料", "1.申请表（原件1份）；2.有效身份证明（复印件1份）；3.其他证明材料"),
        ("办理地点", f"{site.unit}政务服务中心二楼综合窗口{number}号"),
        ("办理时间", "周一至周五 上午8:30-12:00，下午14:00-17:30（法定节假日除外）"),
        ("办理时限", "法定时限20个工作日，承诺时限5个工作日"),
        ("收费标准", "不收费"),
        ("联系电话", f"0870-{5560000 + site.number}"),
        ("监督电话", f"0870-{5570000 + site.number}"),
        ("办理流程", "申请—受理—审查—决定—送达"),
    ]


def page(family: Family, page: Page, column: ColumnPlan, number: int) -> str | None:
    """One guide, in one of two layouts."""
    if not 1 <= number <= page.site.guides:
        return None
    told = elements(page.site, number)
    if page.site.key % 2:
        lines = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>\n" for name, value in told)
        body = f'<table class="bszn" border="1">\n{lines}</table>'
    else:
        body = "".join(f"<h4>{name}</h4>\n<p>{value}</p>\n" for name, value in told)
    return family.inner(page, column, f"<h2>{_name(page.site, number)}办事指南</h2>\n{body}")

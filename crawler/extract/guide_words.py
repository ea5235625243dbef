"""The ten elements of a service guide and what sites call them."""

from __future__ import annotations

import re
from functools import lru_cache

SYNONYMS: dict[str, str] = {
    "事项名称": (
        "事项名称 服务事项名称 办理事项 项目名称 审批事项 服务名称 业务名称 主项名称 子项名称 权力名称 职权名称 办事事项"
        " 审批项目名称 事项名 服务事项 办理事项名称 实施事项名称 许可事项 许可事项名称"
    ),
    "设定依据": (
        "设定依据 法律依据 法律法规依据 政策依据 办理依据 办事依据 受理依据 审批依据 实施依据 依据 设立依据 法定依据 行使依据"
        " 文件依据 许可依据 法规依据 服务依据 设定及实施依据 设置依据 执法依据 事项依据 法律法规 相关法律法规"
    ),
    "申请条件": (
        "申请条件 受理条件 办理条件 申报条件 办事条件 审批条件 准予条件 许可条件 办理要求 适用条件 资格条件 申领条件 享受条件"
        " 申办条件 准入条件 登记条件 批准条件 申请人条件 条件 予以批准的条件 审批条件及要求 申请要求"
    ),
    "办理材料": (
        "办理材料 申请材料 申报材料 所需材料 提交材料 需提交材料 材料清单 申请材料目录 材料目录 办事材料 应提交材料 需要材料"
        " 申请资料 所需资料 提供材料 受理材料 申办材料 申请所需材料 应提交的材料 提交的材料 需提供材料 需提交的材料 材料要求"
        " 申请材料清单 办理所需材料 办事所需材料 材料 所需提交材料 需提供的材料 所需要材料 申报资料 办理资料 需要提供的材料 申请材料信息"
        " 申报材料清单 需携带材料 所需证件 所需证件材料 申请人需提交的材料 办理材料清单 申办资料"
    ),
    "办理地点": (
        "办理地点 办公地址 办公地点 受理地点 办事地点 办理地址 地址 受理地址 窗口地址 办事窗口 办理窗口 受理窗口 服务窗口"
        " 联系地址 地点 办理场所 办事地址 服务地点 接件地点 咨询地址 窗口地点 具体地址 办理窗口地址 办公地址及窗口 交通指引"
    ),
    "办理机构": (
        "办理机构 实施机关 受理机构 实施主体 办理单位 受理单位 承办单位 办理部门 受理部门 责任部门 主管部门 责任单位 决定机构"
        " 行使主体 审批部门 实施机构 承办机构 承办部门 办理机关 受理机关 许可机关 审批机关 办理处室 承办科室 责任科室 实施部门"
        " 受理科室 办事机构 服务机构 办理科室 实施单位 审批机构 责任处室 服务主体 权力部门"
    ),
    "收费标准": (
        "收费标准 收费依据 是否收费 收费情况 办理费用 费用 收费 收费项目 办事费用 收费信息 收费方式 办理收费 收取费用 缴费标准"
        " 收费说明 行政收费 收费标准与依据 费用标准 费用情况 费用说明 收费金额 是否缴费 是否需要缴费 缴费情况"
    ),
    "办理时间": (
        "办理时间 办理时限 承诺时限 法定时限 办公时间 办结时限 承诺办结时限 法定办结时限 受理时间 工作时间 办理期限 法定期限"
        " 承诺期限 服务时间 办事时限 审批时限 时限 接待时间 上班时间 办结时间 法定办理时限 承诺办理时限 办事时间 承诺时间 法定时间"
        " 办理时间安排 审批期限 承诺办理期限 办理时限要求 受理时限 时限要求 办理的时间 期限 承诺时限说明 咨询时间"
        " 办结期限 办理时长 办理周期 法定办结时间 承诺办结时间 法定办理期限"
    ),
    "联系电话": (
        "联系电话 咨询电话 咨询方式 联系方式 咨询途径 办理电话 受理电话 电话 咨询渠道 服务电话 办公电话 业务咨询 窗口电话 咨询热线"
        " 咨询服务电话 联系人及电话 联系人电话 业务咨询电话 咨询联系电话 办事咨询 热线电话 咨询投诉电话 咨询"
    ),
    "办理流程": (
        "办理流程 办理程序 流程图 办事流程 办事程序 审批流程 受理流程 办理步骤 审批程序 流程 程序 工作流程 申请流程 申报流程"
        " 办理流程图 业务流程 服务流程 办事流程图 运行流程 外部流程图 申请程序 申报程序 工作程序 流程信息 许可程序 在线办理流程"
        " 窗口办理流程 网上办理流程 业务办理流程 办理流程信息 申办流程 申办程序 审批流程图 办理环节 服务程序 流程说明"
    ),
}
ELEMENTS = tuple(SYNONYMS)
_ELEMENT_OF = {word: element for element, words in SYNONYMS.items() for word in words.split()}
# Labels of no element: they end the content of the one before.
_OTHER_LABELS_TEXT = (
    "备注 监督电话 投诉电话 监督投诉方式 监督投诉渠道 投诉渠道 结果名称 事项类型 服务对象 数量限制 办件类型 审批结果 结果送达"
    " 送达方式 常见问题 事项编码 基本编码 实施编码 行使层级 通办范围 权力来源 办理形式 到办事现场次数 年检年审 申请人权利和义务"
    " 权利与义务 法律救济 基本信息 办理结果 表格下载 附件下载 相关附件 监督投诉 监督方式 办理方式 服务类型 事项编号 版本号 实施日期"
    " 网上办理 特别程序 中介服务 行政复议 行政诉讼 结果样本 办理公示 办理进程查询 结果领取 面向对象 适用范围 办理对象 申请对象 附件"
    " 注意事项 其他"
)
_OTHER_LABELS = frozenset(_OTHER_LABELS_TEXT.split())
OTHER = "-"
_NUMBERING = re.compile(
    r"^[\s·●◆■▪★※]*(?:第?[（(【\[]?[一二三四五六七八九十\d]{1,3}[)）】\]]?\s?[.、．:：)）\s步]?)?\s*[【\[（(]?"
)
_BRACKETED = re.compile(r"\s{0,3}[【\[〖]([^】\]〗]{2,20})[】\]〗](.*)", re.DOTALL)
_TAIL = re.compile(r"[\s:：】\]。]+$")
_NOTE = re.compile(r"[（(][^（）()]{0,20}[)）]$")
_JOINT = re.compile(r"[及和与、/（(或]|以及")
_LABEL_LIMIT = 24
_EMPTY = re.compile(
    r"[\s\W_]*(?:无|暂无|略|空|null|undefined|None|待定|暂无内容|暂无数据|暂无信息)?[\s\W_]*",
    re.IGNORECASE,
)
_MAY_BE_NONE = frozenset(["收费标准", "申请条件", "办理材料"])


@lru_cache(maxsize=4096)
def elements_of(text: str) -> tuple[str, ...]:
    """The elements that a label names; `OTHER` for a label of no element, nothing for no label."""
    if len(text) > _LABEL_LIMIT:
        return ()
    label = _TAIL.sub("", _NUMBERING.sub("", "".join(text.split()), count=1))
    found = _elements(label) or _elements(_NOTE.sub("", label))
    if found:
        return found
    return (OTHER,) if label in _OTHER_LABELS else ()


def _elements(label: str) -> tuple[str, ...]:
    single = _ELEMENT_OF.get(label)
    if single is not None:
        return (single,)
    parts = [part for part in _JOINT.split(label.rstrip(")）")) if part]
    if len(parts) < 2:
        return ()
    found = [_ELEMENT_OF.get(part) or ("办理时间" if part == "时间" else None) for part in parts]
    return tuple(dict.fromkeys(element for element in found if element)) if any(found) else ()


def labelled(text: str) -> tuple[tuple[str, ...], str]:
    """A text as label and the content behind its colon: 受理条件：年满十六周岁."""
    if (bracketed := _BRACKETED.match(text)) is not None and (
        found := elements_of(bracketed[1].strip())
    ):
        return found, bracketed[2].strip(" :：")
    head, colon, rest = text.replace("：", ":").partition(":")
    if not colon or len(head) > _LABEL_LIMIT:
        return elements_of(text.strip()), ""
    return elements_of(head.strip()), rest.strip()


def has_content(element: str, text: str) -> bool:
    """Whether a text says something; 无 is an answer to fees, conditions and materials only."""
    if _EMPTY.fullmatch(text[:200]) is None:
        return True
    return element in _MAY_BE_NONE and text.strip().strip("。.") == "无"

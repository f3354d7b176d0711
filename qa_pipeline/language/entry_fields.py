"""What the fields of a knowledge entry are called, for people to read."""

from __future__ import annotations

FIELD_NAMES = {
    "title": "标题",
    "question": "问题",
    "answer": "答案",
    "paraphrases": "相似问法",
    "hotwords": "热词",
    "facts": "要点",
    "valid_from": "生效日期",
    "valid_to": "失效日期",
    "materials": "材料",
    "time_limit": "时限",
    "fee": "费用",
    "place": "地点",
    "hours": "办理时间",
    "phone": "电话",
    "legal_basis": "依据",
    "issuing_unit": "发布单位",
    "owner_department": "责任部门",
    "owner": "责任人",
    "region": "适用地区",
    "category_path": "分类",
    "reviewed_at": "复核日期",
    "review_by": "下次复核日期",
    "supersedes": "替代",
    "secrecy": "密级",
    "facts_confirmed_by": "要点确认人",
    "facts_confirmed_at": "要点确认日期",
}
"""Field -> the name that a table's column has in Chinese, and what an owner's confirmation adds."""


def field_name(field: str) -> str:
    """Return what a field is called; a field without a name stays as it is written."""
    return FIELD_NAMES.get(field, field)

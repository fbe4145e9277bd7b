"""Which platform wrote a file, as its headings tell, and which of its columns are about the return and not an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

# Headings that together only one platform writes, in the order they are asked.
MARKS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "qualtrics": (("StartDate", "RecordedDate", "ResponseId"),),
        "surveymonkey": (("Respondent ID", "Collector ID"),),
        "kobo": (("_uuid", "_submission_time"), ("_id", "_submission_time")),
        "limesurvey": (("submitdate", "startlanguage"), ("submitdate", "lastpage")),
        "microsoft_forms": (("開始時刻", "完了時刻"), ("Start time", "Completion time")),
        "google_forms": (("タイムスタンプ",), ("Timestamp",)),
    }
)
IDS = (
    "整理番号",
    "標本番号",
    "調査票番号",
    "票番号",
    "ログインID",
    "回答者ID",
    "対象者番号",
    "受付番号",
    "回答番号",
    "個票番号",
    "管理番号",
    "通し番号",
    "連番",
    "ID",
    "id",
    "No.",
    "No",
    "番号",
)
RECEIVED = (
    "受付日",
    "受領日",
    "回収日",
    "受付日時",
    "回答日時",
    "送信日時",
    "タイムスタンプ",
    "完了時刻",
    "作成日時",
    "登録日時",
    "Timestamp",
    "Completion time",
    "Date submitted",
    "Submission Date",
)
STATES = ("状態", "ステータス", "回答状況", "回答状態")
DONE = ("完了", "回答済み", "回答済", "送信済み", "送信済", "complete", "Complete")
PERSONAL = re.compile(
    r"氏名|お名前|メールアドレス|\be-?mail(\b.{0,12})?$|電話番号|住所|IP ?Address|生年月日|^(作成|更新)者$|^更新日時$",
    re.IGNORECASE,
)


def platform_of(headings: Sequence[str]) -> str:
    """The profile whose marks stand among the headings; "" for none."""
    held = {heading.strip() for heading in headings}
    for name, sets in MARKS.items():
        if any(held.issuperset(marks) for marks in sets):
            return name
    return ""


def first_of(wanted: Sequence[str], headings: Sequence[str]) -> int | None:
    """The column whose heading is one of these, the earlier asked the better."""
    even = [unicodedata.normalize("NFKC", heading).strip() for heading in headings]
    return next((even.index(name) for name in wanted if name in even), None)

"""docs/reliability.md from the results of four campaigns: faults, changed files, planted bugs, mutants.

python tests/faults/campaign.py; python tests/malformed/mutator.py
python tests/mutation/campaign.py record; … planted; … mutants; … survivors
python docs/make_reliability.py
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
AREAS = {
    "accounting": "人と行の会計（intake）",
    "weights": "ウエイト（design, weighting）",
    "estimates": "推定値（estimation, crosstabs）",
    "intervals": "信頼区間",
    "rounding": "丸めと記号（tables）",
    "escaping": "書き出しとエスケープ（publish）",
    "reading": "読み取り（intake のほか）",
    "tables": "表と文（tables のほか）",
    "publish": "出力（publish のほか）",
}
UNNOTICED = "この関数を通る速いテストは気づかない"
STRICT = ("accounting", "weights", "estimates", "intervals", "rounding", "escaping")  # at least nine in ten noticed


def _read(name: str) -> dict[str, Any] | None:
    path = ROOT / "tests" / name
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _table(head: list[str], rows: list[list[object]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return [*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows), ""]


def _faults(told: dict[str, Any]) -> list[str]:
    kinds = Counter[str]()
    for line in told["by_kind"]:
        kinds[line["kind"]] += line["injections"]
    names = {"short": "書き込みが途中まで", "KILL": "強制終了（SIGKILL）", "TERM": "SIGTERM", "INT": "SIGINT（Ctrl-C）"}
    return [
        "## 障害の注入",
        "",
        "小さな調査の `prepare` と `report` を、書き込み・改名・同期などのシステムコールを一つずつ失敗させながら実行し（`tests/faults/`）、"
        "そのつど次を確かめた：出力は以前のものか新しいもののどちらかに完全に一致する／終了コードは 8（中断は 143、130）／トレースバックがない／"
        "書きかけをほかの人が読めない／次の実行が残りを片づけて正しく終わる。",
        "",
        f"**{told['injections']}回の注入、違反 {told['violations']}件。** `python tests/faults/campaign.py`（gcc のある Linux、約10分）。CI は14回だけ行う。",
        "",
        *_table(["失敗の種類", "回数"], [[names.get(kind, kind), n] for kind, n in sorted(kinds.items())]),
    ]


def _planted(told: dict[str, Any]) -> list[str]:
    seen = sum(bool(by) for by in told["relations"].values())
    return [
        "## 植えた誤りと関係のテスト",
        "",
        "`tests/promises/` の関係（意味の変わらない納品・設計・計画の変更で結果が変わらないこと、会計がつり合うこと）は、"
        f"{len(told['relations'])} のうち {seen} が、そのために植えた誤り {len(told['plants'])} 件のどれかで実際に失敗した。"
        "`python tests/mutation/campaign.py planted`。",
        "",
        *_table(["植えた誤り", "失敗した関係の数"], [[p["what"], len(p["failed"])] for p in told["plants"]]),
        *(
            ["まだ失敗を見ていない関係：", "", *(f"- `{name}`" for name, by in told["relations"].items() if not by), ""]
            if seen < len(told["relations"])
            else []
        ),
    ]


def _changes(told: dict[str, Any]) -> list[str]:
    kinds: dict[str, Counter[str]] = {}
    for line in told["kinds"]:
        kinds.setdefault(line["kind"], Counter())[line["outcome"]] += line["changes"]
    return [
        "## ファイルの変更",
        "",
        "正しい納品ファイルと調査フォルダに無作為の変更を一つずつ加えて読ませた（`tests/malformed/mutator.py`）。受け入れられないときは、"
        "場所と直し方を述べた既知のエラー（終了コード 2～9）で断ること。読めたときは、行の収支が合うこと。行・列・見出し・文字コードの変更"
        "（下の表の英小文字の名）では、集計が変わったのに指摘のない変数が一つもないこと。途中で落ちること、60秒を超えることがないこと。",
        "",
        f"**{told['changes']:,}回の変更、違反 {len(told['violations'])}件。** `python tests/malformed/mutator.py`（1万回、約20分）。CI は200回だけ行う"
        "（`tests/intake/test_mutations.py`）。",
        "",
        *_table(["変更", "断った", "読んだ"], [[f"`{k}`", n["refused"], n["read"]] for k, n in sorted(kinds.items())]),
    ]


def _same(reasons: dict[str, str], mutant: dict[str, Any]) -> bool:
    """Whether a survivor changes no result, by its reason."""
    return reasons.get(mutant["key"], "").startswith("等価")


def _mutants(told: dict[str, Any]) -> list[str]:
    reasons = tomllib.loads((ROOT / "tests" / "mutation" / "reasons.toml").read_text(encoding="utf-8"))
    rows, survivors = [], []
    for area, title in AREAS.items():
        own = [m for m in told["mutants"] if m["area"] == area]
        killed = sum(m["outcome"] != "passed" for m in own)
        if own:
            goal = "90%" if area in STRICT else ""
            real = len(own) - sum(m["outcome"] == "passed" and _same(reasons, m) for m in own)
            rows.append(
                [title, len(own), killed, f"{100 * killed / len(own):.0f}%", f"{100 * killed / real:.0f}%", goal]
            )
        survivors += [
            [f"`{m['file']}:{m['line']}` {m['function']}", m["change"], reasons.get(m["key"], UNNOTICED)]
            for m in own
            if m["outcome"] == "passed"
        ]
    total, killed = len(told["mutants"]), sum(m["outcome"] != "passed" for m in told["mutants"])
    same = sum(m["outcome"] == "passed" and m["key"] in reasons for m in told["mutants"])
    real = total - sum(m["outcome"] == "passed" and _same(reasons, m) for m in told["mutants"])
    rows.append(["計", total, killed, f"{100 * killed / total:.0f}%", f"{100 * killed / real:.0f}%", "80%"])
    return [
        "## ミューテーションテスト",
        "",
        f"各領域から名前のハッシュで選んだ（種 {told['seed']}）小さな変更を一つずつ加え、その関数を実際に通るテスト"
        "（`campaign.py record` が記録する）だけを、速いものから合計12秒（生き残ったものは60秒）まで走らせた。それより遅いテストや別のプロセスを"
        "起こすテストが気づく変更も「生存」に数えるので、割合は下限である。モジュールの定数・既定値・`strict=` は変更の対象にしない。"
        "`python tests/mutation/campaign.py mutants`。",
        "",
        *_table(["領域", "変更", "気づいた", "割合", "等価を除く割合", "目標"], rows),
        f"生き残った {total - killed} のうち {same} は、結果を変えない変更（等価）であるか、利用者に見えない違いである。",
        "",
        "### 生き残った変更",
        "",
        *_table(["場所", "変更", "理由"], survivors),
    ]


def main() -> None:
    """Write the page from whatever campaigns have results."""
    lines = ["# 信頼性", "", "作り方：`docs/make_reliability.py`（このページは生成物。手で直さない）。", ""]
    for name, tell in (
        ("faults/results.json", _faults),
        ("malformed/changes.json", _changes),
        ("mutation/planted.json", _planted),
        ("mutation/mutants.json", _mutants),
    ):
        told = _read(name)
        if told is not None:
            lines += tell(told)
    (ROOT / "docs" / "reliability.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

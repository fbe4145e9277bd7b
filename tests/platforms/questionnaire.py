"""One questionnaire of 27 questions and 300 people with their answers: what every platform's file must be read as.

Nothing of the package is used here. An answer is a code, a tuple of codes, a number as printed ("7.5"), None (left blank)
or NOT_ASKED; what somebody typed beside その他 stands in `typed`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

NOT_ASKED = "not asked"
PEOPLE = 300


@dataclass(frozen=True)
class Question:
    name: str
    number: str
    kind: str  # single | multiple | number | text
    text: str
    options: tuple[str, ...] = ()
    other: int = 0  # the code of その他, whose text is free
    exclusive: int = 0
    asked_if: tuple[str, tuple[int, ...]] | None = None
    low: int = 0
    high: int = 0
    places: int = 0
    unit: str = ""
    at_most: int = 0


@dataclass(frozen=True)
class Person:
    number: int
    answers: dict[str, Any]
    typed: dict[str, str] = field(default_factory=dict)


FREQUENCY = ("決してない", "ほとんどない", "たまにある", "時々ある", "しばしばある・常にある")
UCLA = ("決してない", "ほとんどない", "時々ある", "常にある")

QUESTIONS = (
    Question("sex", "F1", "single", "あなたの性別をお答えください。", ("男性", "女性", "その他・答えたくない")),
    Question("age", "F2", "number", "あなたの年齢をお答えください。", low=16, high=110, unit="歳"),
    Question(
        "area", "F3", "single", "お住まいの地域はどちらですか。",
        ("中央区, 東区", "西区; 南区", "北区/港区", "島しょ部（離島・半島）"),
    ),
    Question("household", "F4", "number", "あなたを含めて何人で暮らしていますか。", low=1, high=15, unit="人"),
    Question(
        "work", "F5", "single", "現在のお仕事は何ですか。",
        ("正規の職員・従業員", "非正規の職員・従業員（パート, アルバイト）", "自営業", "学生", "無職", "その他"), other=6,
    ),
    Question(
        "commute", "F6", "number", "通勤・通学に片道何時間かかりますか。",
        asked_if=("work", (1, 2, 3, 4)), low=0, high=6, places=1, unit="時間",
    ),
    Question("lonely", "問1", "single", "あなたはどの程度、孤独であると感じることがありますか。", FREQUENCY),
    Question("lacking", "問2①", "single", "自分には人とのつきあいがないと感じることがありますか。", UCLA),
    Question("left_out", "問2②", "single", "自分は取り残されていると感じることがありますか。", UCLA),
    Question("isolated", "問2③", "single", "自分は他の人たちから孤立していると感じることがありますか。", UCLA),
    Question(
        "when", "問3", "multiple", "どのようなときに孤独を感じますか。",
        ("ひとりで食事をするとき", "夜, 眠れないとき", "休日・祝日", "人といるとき; 会話に入れないとき", "その他", "特にない"),
        other=5, exclusive=6, asked_if=("lonely", (3, 4, 5)),
    ),
    Question(
        "support", "問4", "multiple", "どのような支援が必要だと思いますか。（三つまで）",
        ("相談窓口の充実 (電話, SNS)", "居場所づくり; 交流会", "見守り/声かけ",
         "居場所づくり", "経済的な支援", "その他", "特にない"),
        other=6, exclusive=7, at_most=3,
    ),
    Question(
        "activity", "問5", "multiple", "参加している活動をすべてお答えください。",
        ("PTA, 自治会, 町内会", "ボランティア活動（福祉・環境; 防災）", "趣味・スポーツ", "参加していない"), exclusive=4,
    ),
    Question("trust", "問6", "number", "人は信頼できると思いますか。0から10でお答えください。", low=0, high=10),
    Question("rely", "問7", "single", "困ったときに頼れる人はいますか。", ("いる", "いない")),
    Question(
        "rely_who", "問8", "multiple", "頼れる人はどなたですか。",
        ("家族, 親族", "友人", "近所の人", "職場・学校の人", "行政機関 (市, 県)", "その他"), other=6, asked_if=("rely", (1,)),
    ),
    Question(
        "consult", "問9", "single", "県の相談窓口を知っていますか。",
        ("利用したことがある", "知っている", "聞いたことがある", "知らない"),
    ),
    Question(
        "health", "問10", "single", "健康状態はいかがですか。",
        ("よい", "まあよい", "ふつう", "あまりよくない", "よくない"),
    ),
    Question("sleep", "問11", "number", "ふだん何時間眠りますか。", low=0, high=24, places=1, unit="時間"),
    Question(
        "income", "問12", "single", "世帯の年間収入はどれですか。",
        ("200万円未満", "200～400万円未満", "400～700万円未満", "700～1,000万円未満", "1,000万円以上"),
    ),
    Question(
        "meet", "問13", "single", "同居していない家族や友人と会う頻度はどのくらいですか。",
        ("週４～５回以上", "週２～３回程度", "週１回程度", "月１回程度", "全くない"),
    ),
    Question(
        "net", "問14", "multiple", "利用しているものをすべてお答えください。",
        ("LINE", "X（旧Twitter）", "Instagram, Threads", "動画・配信", "オンラインゲーム", "使っていない"), exclusive=6,
    ),
    Question("pet", "問15", "single", "ペットを飼っていますか。", ("はい", "いいえ")),
    Question("help", "問16", "single", "この一年に人を手助けしましたか。", ("した", "しなかった")),
    Question(
        "help_why", "問17", "single", "手助けした理由に最も近いものはどれですか。",
        ("頼まれたから", "役に立ちたいから", "お互いさまだから", "その他"), other=4, asked_if=("help", (1,)),
    ),
    Question(
        "stay", "問18", "single", "いまの地域に住み続けたいですか。",
        ("住み続けたい", "県内で移りたい", "県外に移りたい", "わからない"),
    ),
    Question("opinion", "問19", "text", "ご意見があれば自由にお書きください。"),
)  # fmt: skip

TYPED = (
    "介護, 看病",
    "趣味の会; 合唱",
    "通院している",
    "「さみしい」と言えない",
    "月1回の集まり",
    "ひとり親です",
    "=1+1",
    "-",
)
OPINIONS = (
    "もっと集まる場所を。",
    "特になし",
    "相談は、電話より\n対面がよい。",
    "ありがとうございます",
    '"居場所"が欲しい',
)


def people(seed: int) -> list[Person]:
    """300 people who answer as the form lets them: branches kept, some questions left blank."""
    rng = random.Random(seed)
    return [_person(number, rng) for number in range(1, PEOPLE + 1)]


def _person(number: int, rng: random.Random) -> Person:
    answers: dict[str, Any] = {}
    typed: dict[str, str] = {}
    for question in QUESTIONS:
        if question.asked_if is not None and answers[question.asked_if[0]] not in question.asked_if[1]:
            answers[question.name] = NOT_ASKED
            continue
        blank = rng.random() < (0.7 if question.kind == "text" else 0.04)
        answers[question.name] = None if blank else _ANSWER[question.kind](question, rng)
        given = answers[question.name]
        if question.other and (given == question.other or (isinstance(given, tuple) and question.other in given)):
            typed[question.name] = _own_words(rng.choice(TYPED), number)
    return Person(number, answers, typed)


def _own_words(text: str, number: int) -> str:
    """A text nobody else typed, in no part of it."""
    parts = re.split(r"([,;] )", text)
    return "".join(part if k % 2 else f"{part}（{number}）" for k, part in enumerate(parts))


def _single(question: Question, rng: random.Random) -> int:
    return rng.randint(1, len(question.options))


def _multiple(question: Question, rng: random.Random) -> tuple[int, ...]:
    codes = [code for code in range(1, len(question.options) + 1) if code != question.exclusive]
    if question.exclusive and rng.random() < 0.15:
        return (question.exclusive,)
    return tuple(sorted(rng.sample(codes, rng.randint(1, min(question.at_most or len(codes), len(codes))))))


def _number(question: Question, rng: random.Random) -> str:
    if question.places:
        return f"{rng.randint(question.low * 10, question.high * 10) / 10:.1f}"
    return str(rng.randint(question.low, question.high))


_ANSWER: dict[str, Callable[[Question, random.Random], Any]] = {
    "single": _single,
    "multiple": _multiple,
    "number": _number,
    "text": lambda _question, rng: f"{rng.choice(OPINIONS)}（その{rng.randint(1, 9999)}）",
}


def codebook() -> str:
    """codebook.toml of this questionnaire."""
    return "nonanswer = 99\n" + "".join(_entry(question) for question in QUESTIONS)


def _entry(question: Question) -> str:
    lines = ["[[variable]]", f'name = "{question.name}"', f'number = "{question.number}"', f'kind = "{question.kind}"']
    lines += [f'label = "{question.name}"', f'question = "{question.text}"', 'section = "本編"']
    if question.options:
        codes = ", ".join(f'{{ code = {n}, label = "{text}" }}' for n, text in enumerate(question.options, start=1))
        lines += [f"codes = [{codes}]", f"other = {question.other}"]
    if question.exclusive:
        lines.append(f"exclusive = [{question.exclusive}]")
    if question.asked_if:
        lines.append(f"asked_if = {{ {question.asked_if[0]} = {list(question.asked_if[1])} }}")
    if question.at_most:
        lines.append(f"at_most = {question.at_most}")
    if question.kind == "number":
        lines += [f"minimum = {question.low}", f"maximum = {question.high}", f'unit = "{question.unit}"']
    if question.places:
        lines.append(f"places = {question.places}")
    return "\n".join(lines) + "\n"

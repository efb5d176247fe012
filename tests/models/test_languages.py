"""The translation is whole, keeps its blanks, and is chosen as the reader asks."""

import ast
import re
from pathlib import Path

import pytest

import features.dns
from models.cure import IMPORT_TEXT, SEGMENT_TEXT, WORDS_OF
from models.languages import load_language, preferred
from models.reasons.registry import fallback, load_reasons
from models.reasons.why import OTHERWISE, WHY

ROOT = Path(__file__).parents[2]


def finding_texts() -> set[str]:
    """Texts of at least four words in the calls of `Finding` in `features.dns`."""
    found = set()
    for file in Path(features.dns.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                for argument in node.args[2:4]:
                    found |= _texts(argument)
    return found


def _texts(node: ast.expr) -> set[str]:
    match node:
        case ast.Constant(value=str() as text):
            return {text}
        case ast.BinOp(left=left, right=right):
            return {a + b for a in _texts(left) for b in _texts(right)}
        case ast.IfExp(body=body, orelse=orelse):
            return _texts(body) | _texts(orelse)
    raise AssertionError(ast.dump(node))


def wanted() -> list[str]:
    reasons = [*load_reasons().reasons, fallback("lists")]
    texts = {text for reason in reasons for text in (reason.message, reason.advice)}
    texts |= finding_texts() | set(WHY.values()) | {OTHERWISE, IMPORT_TEXT, SEGMENT_TEXT}
    return sorted(texts | set(WORDS_OF.values()))


def test_enough_texts_are_looked_at() -> None:
    assert len(finding_texts()) > 40
    assert len(wanted()) > 190


@pytest.mark.parametrize("tag", ["zh-Hant"])
def test_every_text_is_translated(tag: str) -> None:
    language = load_language(tag)
    assert [text for text in wanted() if text not in language.texts] == []


@pytest.mark.parametrize("tag", ["zh-Hant"])
def test_a_translation_has_the_same_blanks(tag: str) -> None:
    for english, translated in load_language(tag).texts.items():
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", translated))
        assert re.search(r"[\u4e00-\u9fff]", translated), translated


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "en"), ("zh-TW", "zh-Hant"), ("zh-Hant-HK,en;q=0.5", "zh-Hant"), ("zh-CN", "en"),
        ("en, zh-TW;q=0.9", "en"), ("de, zh-TW;q=0.4, en;q=0.3", "zh-Hant"), ("zh-TW;q=0", "en"),
        (";;;,q=,zh-tw;q=x", "en"), ("*" * 10_000, "en"), ("zh-TW;q=nan", "en"),
    ],
)  # fmt: skip
def test_the_header_chooses(header: str, tag: str) -> None:
    assert preferred(header) == tag

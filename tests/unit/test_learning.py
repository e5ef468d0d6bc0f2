"""Categories that are learnt: from sentences and corrections, as numbers, and only suggested."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from app.learning import make_suggester, model_path
from core.db import Database
from core.learning.model import CATEGORIES, CategoryModel, ModelMissing, Sentences
from core.learning.operations import keep_correction
from core.learning.queries import corrected_texts
from core.learning.suggesting import suggester
from core.learning.training import read_sentences, train, typical_sentences
from core.loading.operations import load_file
from core.understanding.categories import suggest as by_lexicon
from tests.line import DEMO_FILE
from tests.processes import Place
from tests.world import MONDAY_MORNING

_FEW = {
    "repair": ("水管漏水", "马桶堵了", "暖气不热", "家里没电", "下水道堵了"),
    "facility": ("电梯坏了", "路灯不亮", "楼道灯坏了", "大门坏了", "健身器材坏了"),
    "sanitation": ("垃圾没人收", "楼道没人扫", "院子里有狗屎", "雪没人扫", "老鼠多"),
    "safety": ("井盖没了", "电线掉下来了", "高空抛物", "有骗子上门", "大树要倒了"),
    "neighbour": ("楼上吵", "半夜唱歌", "邻居占车位", "狗叫", "邻居吵架"),
    "policy": ("低保怎么申请", "医保怎么报", "老年证在哪办", "物业费标准", "户口怎么迁"),
    "suggestion": ("建议装路灯", "希望有活动室", "我反对加装电梯", "能不能多种树", "提个意见"),
    "errand": ("帮我买药", "陪我去医院", "帮我取快递", "帮我买菜", "帮我理发"),
    "other": ("捡到钥匙", "钱包丢了", "开发商不办证", "押金不退", "随便问问"),
}
_EXAMPLES = [(words, category) for category, several in _FEW.items() for words in several]


@pytest.fixture(scope="module")
def sentences() -> Sentences:
    """The sentence model of the extra [classify]."""
    return Sentences()


@pytest.fixture(scope="module")
def model(sentences: Sentences) -> CategoryModel:
    """A model that has learnt from a few sentences."""
    return train(sentences, _EXAMPLES)


def test_it_reads_what_it_has_not_seen(sentences: Sentences, model: CategoryModel) -> None:
    texts = ["厨房水龙头一直滴水", "院里的灯晚上不亮", "能陪我去趟医院不"]

    likely = model.likelihoods(sentences, texts)

    assert [max(one, key=one.__getitem__) for one in likely] == ["repair", "facility", "errand"]
    assert all(sum(one.values()) == pytest.approx(1.0, abs=1e-4) for one in likely)


def test_written_and_read_it_says_the_same_and_holds_numbers_only(
    sentences: Sentences, model: CategoryModel
) -> None:
    written = model.to_bytes()
    again = CategoryModel.from_bytes(written)

    first, second = (one.likelihoods(sentences, ["电梯停了"])[0] for one in (model, again))
    assert second == pytest.approx(first, abs=0.01)
    assert b"pickle" not in written


@pytest.mark.parametrize("written", [b"", b"no model", b"PK\x03\x04 half a file"])
def test_what_is_no_model_says_what_to_do(written: bytes) -> None:
    with pytest.raises(ModelMissing, match="linli classify train"):
        CategoryModel.from_bytes(written)


def test_a_model_of_another_shape_is_refused() -> None:
    narrow = CategoryModel(
        mean=np.zeros(384, dtype=np.float32),
        weights=np.zeros((len(CATEGORIES), 3), dtype=np.float32),
        bias=np.zeros(len(CATEGORIES), dtype=np.float32),
    )
    with pytest.raises(ModelMissing, match="another version"):
        CategoryModel.from_bytes(narrow.to_bytes())


def test_corrections_weigh_more_than_what_we_thought_up(
    sentences: Sentences, model: CategoryModel
) -> None:
    corrected = [("楼顶的信号塔坏了", "suggestion"), ("信号塔又坏了", "suggestion")]

    before = model.likelihoods(sentences, ["信号塔坏了"])[0]
    after = train(sentences, _EXAMPLES, corrected).likelihoods(sentences, ["信号塔坏了"])[0]

    assert after["suggestion"] > before["suggestion"]
    assert max(after, key=after.__getitem__) == "suggestion"


def test_it_leaves_urgency_and_deciding_words_to_the_lexicon(
    sentences: Sentences, model: CategoryModel
) -> None:
    found, plain = suggester(sentences, model)("家里停水了"), by_lexicon("家里停水了")

    assert (found.urgency, found.words) == (plain.urgency, plain.words)
    assert found.category == "repair"


def test_a_letter_of_100_kilobytes_is_read_from_its_beginning(
    sentences: Sentences, model: CategoryModel
) -> None:
    assert suggester(sentences, model)("家里水管漏水了。" * 6_000).category == "repair"


def test_the_sentences_that_come_with_linli_name_every_category() -> None:
    found = typical_sentences()

    assert {category for _, category in found} == set(CATEGORIES)
    assert len(found) == len(set(found)) > 900


def test_sentences_under_a_heading_that_is_no_category_are_refused() -> None:
    with pytest.raises(ValueError, match="plumbing"):
        read_sentences('[plumbing]\nsentences = "水管漏水"')


def test_without_a_model_the_lexicon_suggests(tmp_path: Path) -> None:
    assert make_suggester(tmp_path) is by_lexicon


def test_a_broken_model_is_logged_and_the_lexicon_goes_on(tmp_path: Path) -> None:
    model_path(tmp_path).parent.mkdir(parents=True)
    model_path(tmp_path).write_bytes(b"broken")

    with capture_logs() as logged:
        assert make_suggester(tmp_path) is by_lexicon

    assert "linli classify train" in logged[0]["reason"]


def test_the_last_correction_of_a_case_counts(database: Database) -> None:
    now: datetime = MONDAY_MORNING
    with database.transaction() as session:
        text = DEMO_FILE.read_text(encoding="utf-8")
        load_file(session, name="community.toml", text=text, now=now)
        for suggested, category in (
            ("other", "repair"),
            ("repair", "facility"),
            ("other", "other"),
        ):
            keep_correction(
                session,
                community_id=1,
                case_id=7,
                words="门口那个灯",
                suggested=suggested,
                category=category,
                by="zhangmin",
                now=now,
            )
        assert corrected_texts(session) == [("门口那个灯", "facility")]


def test_training_keeps_a_model_that_the_service_takes_up(tmp_path: Path) -> None:
    place = Place(tmp_path)
    sentences = tmp_path / "ours.toml"
    sentences.write_text(
        "\n".join(
            f'[{category}]\nsentences = """\n' + "\n".join(several) + '\n"""'
            for category, several in _FEW.items()
        ),
        encoding="utf-8",
    )
    place.run_here("migrate")

    said = json.loads(place.run_here("classify", "train", "--typical", str(sentences), "--json"))

    assert said["examples"] == len(_EXAMPLES)
    assert Path(said["model"]).is_file()
    assert make_suggester(tmp_path / "var")("电梯坏了").category == "facility"

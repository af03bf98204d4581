"""The trained reader with its real weights; the encoder, the windows and the training behind it."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from analysis import weights
from analysis.tagging import HARSH, LABELS, Line
from analysis.tagging.classifier import LEAST, Classifier
from analysis.tagging.corpus import Dialogue, read_dialogues
from analysis.tagging.lines import BACK, key
from analysis.tagging.training import LEAST_SURE
from analysis.tagging.varying import varied
from analysis.tagging.windows import FULL, LONGEST, batch, pieces, windows

TALK = (
    Line("Ann", "Did you see her again?"),
    Line("Ben", "Yes. Twice, in March. I lied to you about it, and that was my choice."),
    Line("Ann", ""),
    Line("Ben", "I'm so sorry that I lied to you."),
    Line("Ann", "The bus leaves at six."),
)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(weights.prepare("tagger").folder)


def likely(classifier: Classifier, lines: tuple[Line, ...], k: int) -> dict[str, float]:
    return classifier.read(lines).of[key(lines, k)].labels


def test_it_reads_plain_cases_and_leaves_small_talk_alone(classifier: Classifier) -> None:
    at = classifier.thresholds
    assert likely(classifier, (Line("Ann", "Where were you on Friday night?"),), 0)["asking"] >= at["asking"]
    assert likely(classifier, TALK, 1)["accountability"] >= at["accountability"]
    assert likely(classifier, TALK, 3)["apology"] >= at["apology"]
    assert not any(share >= at[label] for label, share in likely(classifier, TALK, 4).items())
    assert key(TALK, 2) not in classifier.read(TALK).of


def test_it_points_to_the_words_that_speak_for_a_label(classifier: Classifier) -> None:
    text = "Look, the thing is, with the rain and the car and all of it, I'm so sorry that I lied to you."
    lines = (Line("Ann", text),)
    begin, end = classifier.read(lines).of[key(lines, 0)].words["apology"]
    words = " ".join(text.split()[begin:end])
    assert "sorry" in words
    assert "rain" not in words


def test_what_was_said_before_counts(classifier: Classifier) -> None:
    """The same words: a straight answer to a hard question, or to one about plants."""
    hard = (Line("Ann", "Did you see her again? I need to know."), Line("Ben", "Yes. Twice, in March."))
    plain = (Line("Ann", "How often did you water the plants?"), Line("Ben", "Yes. Twice, in March."))
    opens = [likely(classifier, lines, 1).get("transparency", 0.0) for lines in (hard, plain)]
    assert opens[0] > opens[1] + 0.1


def test_what_comes_later_does_not(classifier: Classifier) -> None:
    rest = (*TALK, Line("Ben", "You're pathetic, you know that? You always do this."))
    for k in (0, 1, 3, 4):
        now, then = likely(classifier, TALK, k), likely(classifier, rest, k)
        assert now.keys() == then.keys()
        assert all(now[label] == pytest.approx(then[label], abs=0.002) for label in now)


def test_nothing_hangs_on_what_the_speakers_are_called(classifier: Classifier) -> None:
    renamed = tuple(Line({"Ann": "Zainab", "Ben": "Wolfgang"}[line.speaker or ""], line.text) for line in TALK)
    assert classifier.read(renamed) == classifier.read(TALK)


def test_a_line_in_another_language_gets_nothing(classifier: Classifier) -> None:
    lines = (*TALK, Line("Ben", "Es tut mir leid, dass ich dich so lange angelogen habe."))
    reading = classifier.read(lines).of[key(lines, len(lines) - 1)]
    assert (reading.labels, reading.words) == ({}, {})


def test_it_gives_the_likelihoods_of_the_network_that_was_trained(classifier: Classifier) -> None:
    """What runs in ONNX Runtime agrees with the encoder in PyTorch that it was made from."""
    import torch
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    from analysis.tagging.encoder import build, changes
    from analysis.tagging.training import scores

    net = build(load_file(weights.original("tagger", "model.safetensors"))).eval()
    changes(net, load_file(Path(weights.__file__).parent / "tagging" / "tagger.safetensors"))
    tokenizer = Tokenizer.from_file(str(weights.original("tagger", "tokenizer.json")))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    dialogues = [dialogue for dialogue in read_dialogues() if dialogue.part == "held out"][:12]
    with torch.no_grad():
        given, _ = scores(net, tokenizer, dialogues)
    exact = 1 / (1 + np.exp(-(classifier._slope * given + classifier._offset)))
    pairs = [(classifier.read(dialogue.lines).of, dialogue.lines) for dialogue in dialogues]
    read = [of[key(lines, k)] for of, lines in pairs for k in range(len(lines))]
    found = np.array([[reading.labels.get(label, 0.0) for label in LABELS] for reading in read])
    exact[exact < LEAST] = 0.0
    assert np.isclose(found, exact, atol=0.002).mean() > 0.995


def test_thresholds_are_such_as_the_training_sets(classifier: Classifier) -> None:
    assert set(classifier.thresholds) == set(LABELS)
    assert all(threshold >= LEAST_SURE for threshold in classifier.thresholds.values())
    assert min(classifier.thresholds[label] for label in HARSH) >= 0.5


def test_what_is_committed_of_the_weights_is_small() -> None:
    folder = Path(weights.__file__).parent / "tagging"
    assert sum(path.stat().st_size for path in folder.glob("tagger.*")) <= 5_000_000


def tokenizer():
    from tokenizers import Tokenizer

    found = Tokenizer.from_file(str(weights.original("tagger", "tokenizer.json")))
    found.no_truncation()
    found.no_padding()
    return found


def test_each_piece_is_new_in_one_window_with_the_lines_before_it() -> None:
    lines = [Line("AB"[k % 2], f"This is what was said at place {k}, and some more of it.") for k in range(60)]
    cut = pieces(lines, tokenizer())
    found = list(windows(cut))
    assert [piece for window in found for piece in window.pieces[window.known :]] == cut
    assert all(sum(len(piece.ids) for piece in window.pieces) < FULL for window in found)
    assert [window.known for window in found] == [0, *[BACK] * (len(found) - 1)]
    ids, numbers = batch(found, tokenizer())
    assert ids.shape == numbers.shape
    assert (numbers[:, 0] == -1).all()
    assert ((ids == 0) == (numbers == -2)).all()


def test_a_monologue_is_read_in_pieces_and_every_word_counts_once() -> None:
    text = " ".join(f"word{k}" for k in range(400))
    cut = pieces([Line("A", text)], tokenizer())
    assert max(len(piece.ids) for piece in cut) <= LONGEST + 3
    assert sorted({word for piece in cut for word in piece.words} - {-1}) == list(range(400))


def test_an_odd_token_belongs_to_the_word_in_which_it_begins() -> None:
    (piece,) = pieces([Line("A", "I'm sorry…  \N{LOUDLY CRYING FACE} love")], tokenizer())
    assert sorted(set(piece.words) - {-1}) == [0, 1, 2, 3]


def test_a_word_that_is_read_as_several_is_still_one() -> None:
    (piece,) = pieces([Line("A", "I dunno, I'm gonna ask Xiomara.")], tokenizer())
    read = [(tokenizer().id_to_token(id), word) for id, word in zip(piece.ids, piece.words, strict=True) if word >= 0]
    assert [token for token, word in read if word == 3] == ["going", "to"]
    assert [token for token, word in read if word == 5] == ["alex", "."]


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("Xiomara, you never listen, you're a joke.", "Ben, you never listen, you're a joke."),
        ("I told his brother I was sorry, and I am.", "I told her sister I was sorry, and I am."),
        ("I dunno wot to say, I'm sorry, y'know.", "I don't know what to say, I'm sorry, you know."),
    ],
)
def test_names_genders_and_dialects_move_no_likelihood(classifier: Classifier, said: str, other: str) -> None:
    of = [likely(classifier, (Line("Ann", text),), 0) for text in (said, other)]
    assert of[0] == of[1] != {}


def test_dialogues_are_parted_for_good_and_by_whole() -> None:
    dialogues = read_dialogues()
    assert len({dialogue.name for dialogue in dialogues}) == len(dialogues) >= 400
    assert sum(len(dialogue.lines) for dialogue in dialogues) >= 6000
    share = np.mean([dialogue.part == "held out" for dialogue in dialogues])
    assert 0.17 < share < 0.23
    untagged = np.mean([not tags for dialogue in dialogues for tags in dialogue.tags])
    assert 0.45 < untagged < 0.65
    assert {tag for dialogue in dialogues for tags in dialogue.tags for tag in tags} == set(LABELS)


def test_a_dialogue_in_other_clothes_has_the_same_lines_and_tags() -> None:
    dialogues = read_dialogues()[:40]
    chance = random.Random(3)
    others = [varied(dialogue, chance) for dialogue in dialogues]
    assert [other.tags for other in others] == [dialogue.tags for dialogue in dialogues]
    assert [len(other.lines) for other in others] == [len(dialogue.lines) for dialogue in dialogues]
    assert sum(other.lines != dialogue.lines for other, dialogue in zip(others, dialogues, strict=True)) > 25


@pytest.mark.slow
def test_training_learns_from_few_dialogues_and_is_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small run of the real thing: what it was shown it can tell afterwards, and the seed settles everything."""
    import torch
    from safetensors.torch import load_file

    from analysis.tagging import training
    from analysis.tagging.encoder import build, changes

    monkeypatch.setattr(training, "EPOCHS", 14)
    sorry = Line("A", "I'm sorry that I lied to you.")
    bus = Line("B", "The bus leaves at six.")
    few = [
        Dialogue(f"d{k}", (sorry, bus) * 3, (frozenset({"apology"}), frozenset[str]()) * 3)  # one kind of each
        for k in range(8)
    ]
    base = load_file(weights.original("tagger", "model.safetensors"))
    first, second = (training.train(base, tokenizer(), few, lambda text: None) for _ in range(2))
    net = build(base).eval()
    changes(net, first)
    given, truth = training.scores(net, tokenizer(), few)
    k = LABELS.index("apology")
    assert given[truth[:, k], k].min() > given[~truth[:, k], k].max()
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_thresholds_of_harsh_labels_are_precise_before_they_are_complete() -> None:
    from analysis.tagging.training import PRECISE, calibrated

    rng = np.random.default_rng(0)
    truth = rng.random((4000, len(LABELS))) < 0.05
    scores = (rng.normal(size=truth.shape) + 2.2 * truth).astype(np.float32)
    found = calibrated(scores, truth)
    for k, label in enumerate(LABELS):
        likely = 1 / (1 + np.exp(-(found[label]["slope"] * scores[:, k] + found[label]["offset"])))
        assert abs(likely.mean() - truth[:, k].mean()) < 0.005
        given = likely >= found[label]["threshold"]
        precision = truth[given, k].mean()
        assert precision >= PRECISE - 0.02 if label in HARSH else precision < PRECISE

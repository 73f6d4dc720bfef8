"""The two models: which intent a sentence has, and which of its words name the task."""

from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_api import assistant as offline
from chat_api.assistant.classifier import probabilities
from chat_api.assistant.commands import Intent
from chat_api.assistant.spans import likeliest_span
from chat_api.assistant.understand import plain_message
from tests.bench.examples import checksum


@pytest.mark.requirement("FR-CHAT-136")
@pytest.mark.parametrize("name", ["intents.tsv", "spans.tsv"])
def test_a_model_is_that_of_the_sentences(name: str) -> None:
    weights = files(offline).joinpath("data", name).read_text("utf-8")
    assert weights.partition("\t")[0] == checksum(), "`make learn` fits the models again"


@pytest.mark.requirement("FR-CHAT-133")
@pytest.mark.parametrize(
    ("sentence", "intent"),
    [
        ("some oat milk should go on there", "add"),
        ("what else was I going to get from the pharmacy", "list"),
        ("the gutters are finally cleaned", "complete"),
        ("the plumber is coming wednesday now, not monday", "update"),
        ("we don't need charcoal any more", "delete"),
        ("how long does a chicken take in the oven", "none"),
    ],
)
def test_the_likeliest_intent_is_that_of_the_words(sentence: str, intent: Intent) -> None:
    chances = probabilities(plain_message(sentence))
    assert max(chances, key=lambda each: chances[each]) == intent


@pytest.mark.requirement("FR-CHAT-133")
@pytest.mark.parametrize(
    ("clause", "intent", "named"),
    [
        ("kindly add one more item to my list that is sugar", "add", "sugar"),
        ("we picked up the dog food already so mark it", "complete", "dog food"),
        ("gran brought some flour so take the flour off", "delete", "flour"),
        ("make my water the plants task weekly", "update", "water the plants"),
    ],
)
def test_the_likeliest_words_name_the_task(clause: str, intent: Intent, named: str) -> None:
    span = likeliest_span(clause, intent)
    assert span is not None
    assert span.of(clause) == named


@pytest.mark.requirement("FR-CHAT-133")
@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_chances_and_a_span_within_it(text: str) -> None:
    assert sum(probabilities(text).values()) == pytest.approx(1)
    span = likeliest_span(text, "add")
    assert span is None or (0 <= span.start < span.end <= len(text) and 0 <= span.chance <= 1)


def test_without_a_word_nothing_is_named() -> None:
    assert likeliest_span("  ", "delete") is None

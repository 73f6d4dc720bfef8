"""Requests with a reason or a condition, and one's list asked for in whatever words."""

import pytest

from tests.assistant.talk import Talk
from tests.assistant.test_sentences import add, calls_of, show


@pytest.mark.requirement("FR-CHAT-126")
@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("we're down to our last jar of honey stick it on the shopping list", "Honey"),
        ("the twins ate all the pretzels so please add more to my list", "Pretzels"),
        ("we need more napkins so get those on the list", "Napkins"),
        ("stock up on lamp oil put that on my shopping list", "Lamp oil"),
        ("I have to renew my visa can you get that on my todo list", "Renew my visa"),
        ("I should probably call the roofer so put that on my list", "Call the roofer"),
        ("since we're out of figs put them on my list", "Figs"),
        ("my shampoo is almost gone so please add some to my list", "Shampoo"),
        ("we need more olive oil so um add that to the shopping list", "Olive oil"),
        ("I forgot to put leeks on the shopping list can you do that", "Leeks"),
    ],
)
def test_what_is_to_be_added_stands_in_the_reason(sentence: str, title: str) -> None:
    assert calls_of(sentence) == [add(title)]


@pytest.mark.requirement("FR-CHAT-139")
@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("do I have figs on my list? if not, add them", "Figs"),
        ("add figs to my list if they aren't on there", "Figs"),
        ("add figs if I don't have them on my list", "Figs"),
        ("add figs unless they are there already", "Figs"),
        ("add call the bank if it isn't there yet", "Call the bank"),
        ("if there is no jam on my shopping list please put some on there", "Jam"),
        ("if limes aren't on my list, add them", "Limes"),
        ("check whether I've got tea on my list and if I don't add it", "Tea"),
        ("does my list have capers on it if it does not please add some", "Capers"),
        ("see if I have thyme on my list and add it if I don't", "Thyme"),
    ],
)
async def test_what_may_be_missing_is_looked_for_and_added_if_it_is(
    sentence: str, title: str
) -> None:
    talk = await Talk().has("Pay rent")
    await talk.say(sentence)
    assert [tool for tool, _ in talk.calls] == ["list_tasks", "add_task"]
    assert talk.titles == ["Pay rent", title]
    reply = await talk.say(sentence)
    assert talk.titles == ["Pay rent", title]
    assert "added nothing" in reply


@pytest.mark.requirement("FR-CHAT-139")
@pytest.mark.parametrize(
    "sentence", ["remind me to call bob if he doesn't call", "add figs if they are not too dear"]
)
def test_another_condition_is_none_of_the_list(sentence: str) -> None:
    assert [tool for tool, _ in calls_of(sentence)] == ["add_task"]


@pytest.mark.requirement("FR-CHAT-126")
@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("already got rye so take it off my shopping list", "rye"),
        ("I already bought kefir so remove it from my shopping list", "kefir"),
        ("the picnic got cancelled so delete it from my list", "picnic"),
        ("Dad already fixed the gutter so take that off my list", "gutter"),
        ("scratch that I don't want beets on my shopping list", "beet"),
        ("if I have plums on my list remove them", "plum"),
        ("I did the dusting you can cross it off my list", "dusting"),
    ],
)
def test_what_is_to_go_or_is_done_stands_in_the_reason(sentence: str, words: str) -> None:
    assert calls_of(sentence) == [show(query=words)]


@pytest.mark.requirement("FR-CHAT-126")
@pytest.mark.parametrize(
    "sentence",
    [
        "give me the rundown of what I have to get done",
        "rattle off my to do list",
        "start reading my list from the top",
        "refresh my memory on the shopping list",
        "go over everything I asked you to remind me about",
        "what do I have listed under to do",
        "my shopping list what's it got on it",
        "there was something I didn't want to forget, what was it",
        "can I get a peek at my chores",
    ],
)
def test_ones_own_list_is_shown_whatever_the_verb(sentence: str) -> None:
    assert [name for name, _ in calls_of(sentence)] == ["list_tasks"]


@pytest.mark.requirement("FR-CHAT-126")
@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("give me a heads up about the parade", "The parade"),
        ("give me a nudge to take out the roast", "Take out the roast"),
        ("I'd like my to do list to include oiling the hinges", "Oiling the hinges"),
        ("make a note on my to do list to call the vet", "Call the vet"),
        ("add more candles to my list", "Candles"),
    ],
)
def test_a_title_holds_nothing_of_the_request(sentence: str, title: str) -> None:
    assert calls_of(sentence) == [add(title)]


@pytest.mark.requirement("FR-CHAT-126")
@pytest.mark.parametrize(
    "sentence",
    [
        "skip this",
        "tell me everything that goes in a shepherd's pie",
        "tell me everything I should know about comets",
        "do I need more air in the front tire",
        "I'd like to do my own oil change what are the steps",
        "I've got a virus on my computer remove it",
        "I love this song so add it to my playlist",
        "the meeting was cancelled so take it off my calendar",
    ],
)
def test_what_is_about_no_task_calls_nothing(sentence: str) -> None:
    assert calls_of(sentence) == []


@pytest.mark.requirement("FR-CHAT-126")
@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("I need reminding to fetch the parcel", "Fetch the parcel"),
        ("please be reminding me to take my tablet", "Take my tablet"),
        ("new thing for my todo list, hang the curtains", "Hang the curtains"),
        ("put it on my list that the boiler needs servicing", "The boiler needs servicing"),
        ("drop me a reminder to print the tickets", "Print the tickets"),
        ("sew buttons goes on my list", "Sew buttons"),
        ("I'd be grateful if you would write prunes on my shopping list", "Prunes"),
    ],
)
def test_a_task_is_added_in_rarer_words(sentence: str, title: str) -> None:
    assert calls_of(sentence) == [add(title)]

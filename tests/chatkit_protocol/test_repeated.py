"""Messages that are sent again with their `Idempotency-Key`."""

from dataclasses import replace

import pytest

from tests.chatkit_protocol.panel import Panel, done, text_of, user_input
from tests.stack import Stacks


@pytest.mark.requirement("FR-CHAT-320")
async def test_a_message_that_is_sent_again_has_one_turn_and_the_same_items(panel: Panel) -> None:
    keyed = replace(panel, headers={"Idempotency-Key": "k-1"})
    thread, events = await keyed.create("add milk")
    again, repeated = await keyed.create("add milk")
    assert again == thread
    for kind in ("user_message", "assistant_message"):
        ids = [[item["id"] for item in done(each, kind)] for each in (events, repeated)]
        assert ids[0] == ids[1]
        assert ids[0]
    assert text_of(done(repeated, "assistant_message")[0])
    second = replace(panel, headers={"Idempotency-Key": "k-2"})
    for _ in range(2):
        await second.add(thread, "add bread")
    texts = [item["type"] for item in await panel.items(thread)]
    assert texts.count("user_message") == 2


@pytest.mark.requirement("FR-CHAT-320")
async def test_another_message_under_the_key_is_refused(panel: Panel) -> None:
    keyed = replace(panel, headers={"Idempotency-Key": "k-1"})
    await keyed.create("add milk")
    answer = await keyed.post("threads.create", input=user_input("add bread"))
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_mismatch")


@pytest.mark.requirement("FR-CHAT-320")
async def test_it_may_be_sent_again_to_another_replica(
    panel: Panel, stacks: Stacks, user: str
) -> None:
    other = replace(panel, stack=await stacks.get(chat_provider="offline", replica=2))
    first, second = [replace(each, headers={"Idempotency-Key": "k-1"}) for each in (panel, other)]
    thread, _ = await first.create("add milk")
    again, repeated = await second.create("add milk")
    assert again == thread
    assert done(repeated, "assistant_message")

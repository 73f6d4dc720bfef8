"""Browsers that take notifications by Web Push."""

from datetime import datetime
from typing import Annotated, Self
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Header, Response, status
from pydantic import BaseModel, ConfigDict, Field, model_validator

from chat_api.problems import COMMON_PROBLEMS, problem_responses
from chat_api.routes.dependencies import Caller, Once, PushSubscriptions, RuntimeDep
from chat_api.routes.idempotency import Keyed
from chat_api.worker.web_push import PushMessage, PushTarget, usable_keys
from db.access import Access
from db.errors import RefusedValue
from db.idempotency import OneTime
from db.push_subscriptions import PushSubscription, UserPushSubscriptions
from db.user_connection import user_connection

router = APIRouter(prefix="/push-subscriptions", tags=["notifications"], responses=COMMON_PROBLEMS)

_NO_SUBSCRIPTION = problem_responses(_404="The user has no such push subscription")
_KEY_USED = problem_responses(_409="The key was used for another request")
_AGENT_LENGTH = 300
_BASE64URL = "^[A-Za-z0-9_-]+=*$"
_PRINTABLE = "^[!-~]+$"


class UnknownPushService(RefusedValue):
    """The endpoint is of no push service that this installation sends to."""

    code = "unknown_push_service"

    def __init__(self) -> None:
        super().__init__(
            "This push service is not known.", "Send the endpoint that the browser gave."
        )


class PushKeys(BaseModel):
    """The keys of a browser (RFC 8291), in base64url."""

    model_config = ConfigDict(extra="forbid")

    p256dh: Annotated[str, Field(max_length=200, pattern=_BASE64URL)]
    auth: Annotated[str, Field(max_length=50, pattern=_BASE64URL)]

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if not usable_keys(self.p256dh, self.auth):
            raise ValueError("must be a point of P-256 and 16 bytes, in base64url")
        return self


class NewPushSubscription(BaseModel):
    """What `PushSubscription.toJSON()` gives in a browser."""

    endpoint: Annotated[str, Field(max_length=2000, pattern=_PRINTABLE)]
    keys: PushKeys


class PushSubscriptionOut(BaseModel):
    """A browser; `failures` counts those since the last success, `last_error` says the last one."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    service: str = Field(description="Host of its push service")
    user_agent: str
    created_at: datetime
    last_ok_at: datetime | None
    failures: int
    last_error: str | None

    @classmethod
    def of(cls, subscription: PushSubscription) -> Self:
        """Build it from a row; its address and keys are not shown again."""
        service = urlsplit(subscription.endpoint).hostname or ""
        names = cls.model_fields.keys() - {"service"}
        return cls(service=service, **{name: getattr(subscription, name) for name in names})


class PushSubscriptionsOut(BaseModel):
    """The browsers, and the key with which a browser subscribes."""

    public_key: str = Field(description="`applicationServerKey`, in base64url")
    subscriptions: list[PushSubscriptionOut]


class PushTestOut(BaseModel):
    """Whether the push service has taken a test message, else why not."""

    sent: bool
    error: str | None


@router.get("")
async def list_push_subscriptions(
    runtime: RuntimeDep, subscriptions: PushSubscriptions
) -> PushSubscriptionsOut:
    """List the browsers that take notifications."""
    shown = [PushSubscriptionOut.of(one) for one in await subscriptions.all()]
    return PushSubscriptionsOut(public_key=runtime.channels.push.public_key, subscriptions=shown)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(_409="The user has 20 push subscriptions already"),
)
async def add_push_subscription(
    runtime: RuntimeDep,
    subscriptions: PushSubscriptions,
    new: NewPushSubscription,
    once: Once,
    user_agent: Annotated[str, Header()] = "",
) -> PushSubscriptionOut:
    """Add a browser; one that subscribes again gets new keys."""
    if not runtime.channels.push.allows(new.endpoint):
        raise UnknownPushService
    await once.check()
    added = await subscriptions.add(
        new.endpoint,
        p256dh=new.keys.p256dh,
        auth=new.keys.auth,
        user_agent=user_agent[:_AGENT_LENGTH],
    )
    answer = PushSubscriptionOut.of(added)
    await once.store(answer.model_dump(mode="json"))
    return answer


@router.delete(
    "/{subscription_id}", status_code=status.HTTP_204_NO_CONTENT, responses=_NO_SUBSCRIPTION
)
async def delete_push_subscription(
    subscriptions: PushSubscriptions, subscription_id: UUID
) -> Response:
    """Send nothing to this browser any more."""
    await subscriptions.delete(subscription_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post("/{subscription_id}/test", responses=_NO_SUBSCRIPTION | _KEY_USED)
async def test_push_subscription(
    runtime: RuntimeDep, caller: Caller, subscription_id: UUID, keyed: Keyed
) -> PushTestOut:
    """Send a test message to this browser now, within ten seconds."""
    async with user_connection(runtime.sessions, caller.user_id, bearer=caller) as connection:
        await OneTime(connection, keyed).check()
        one = await UserPushSubscriptions(connection).get(subscription_id)
    message = PushMessage(type="test", tag="test", title="Notifications work.")
    target = PushTarget(one.endpoint, one.p256dh, one.auth)
    result = await runtime.channels.push.send(target, message)
    answer = PushTestOut(sent=result.status == "sent", error=result.error or None)
    if keyed is not None:
        async with user_connection(runtime.sessions, caller.user_id, Access.WRITE) as connection:
            await OneTime(connection, keyed).store(answer.model_dump())
    return answer

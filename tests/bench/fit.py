"""Fit the models of the built-in assistant to examples.

Reads examples from standard input, as tests.bench.examples writes them, and writes `intents.tsv`
and `spans.tsv` into a folder, as chat_api.assistant.weights reads them; how well the intents
are told of sources that were left out of the fit goes to standard error. It imports nothing of
ours, for it runs where scikit-learn is installed, and nothing else has to.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline

_SEEN_IN = 2
"""A feature counts when it is seen in as many sentences, or at as many tokens."""
_SMALLEST = {"intents.tsv": 1.0, "spans.tsv": 0.6}
"""Features whose weights are all smaller are left out: they decide next to nothing."""


def _counting(*, unit: bool) -> TfidfVectorizer:
    """Count each feature once; as a unit, those of a sentence weigh the same together."""
    norm = "l2" if unit else None
    return TfidfVectorizer(analyzer=list, min_df=_SEEN_IN, binary=True, use_idf=False, norm=norm)


def fit_intents(examples: Sequence[dict[str, Any]], file: Path, made_from: str) -> None:
    """Fit the classifier of intents."""
    counting, model = _counting(unit=True), LogisticRegression(C=20, max_iter=3000)
    features = [each["features"] for each in examples]
    intents = [each["intent"] for each in examples]
    whole = make_pipeline(counting, model)
    groups = [each["source"] for each in examples]
    rates = cross_val_score(whole, features, intents, groups=groups, cv=GroupKFold(5), n_jobs=2)
    sys.stderr.write(f"{len(intents)} sentences, of sources left out {rates.mean():.1%} right\n")
    whole.fit(features, intents)
    columns = zip(model.classes_, model.intercept_, model.coef_, strict=True)
    _write(file, made_from, columns, counting.get_feature_names_out())


def fit_spans(examples: Sequence[dict[str, Any]], file: Path, made_from: str) -> None:
    """Fit the three views on tokens."""
    with_title = [each for each in examples if "title" in each]
    sys.stderr.write(f"{len(with_title)} titles\n")
    places = [
        (place, *each["title"]) for each in with_title for place in range(len(each["tokens"]))
    ]
    answers = {
        "start": [place == first for place, first, _ in places],
        "end": [place == last for place, _, last in places],
        "inside": [first <= place <= last for place, first, last in places],
    }
    counting = _counting(unit=False)
    seen = counting.fit_transform([token for each in with_title for token in each["tokens"]])
    models = {
        name: LogisticRegression(C=3, max_iter=3000).fit(seen, right)
        for name, right in answers.items()
    }
    columns = [(name, model.intercept_[0], model.coef_[0]) for name, model in models.items()]
    _write(file, made_from, columns, counting.get_feature_names_out())


def _write(
    file: Path,
    made_from: str,
    columns: Iterable[tuple[str, float, Any]],
    features: Iterable[str],
) -> None:
    names, starts, weights = zip(*columns, strict=True)
    rows = [(made_from, names), ("", [f"{start:.1f}" for start in starts])]
    rows += [
        (feature, [f"{weight:.1f}" for weight in row])
        for feature, row in zip(features, np.stack(weights, axis=1), strict=True)
        if np.abs(row).max() >= _SMALLEST[file.name]
    ]
    file.write_text("".join("\t".join([name, *row]) + "\n" for name, row in rows), "utf-8")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    checksum, *read = (json.loads(line) for line in sys.stdin)
    fit_intents(read, folder / "intents.tsv", checksum)
    fit_spans(read, folder / "spans.tsv", checksum)

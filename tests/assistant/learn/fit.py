"""Fit the models of the built-in assistant to examples.

Reads examples from standard input, as tests.assistant.learn.examples writes them, and writes
`intents.tsv`, `roles.tsv`, `boundaries.tsv` and `carriers.txt` into a folder, as
chat_api.assistant.weights reads them. It imports nothing of ours, for it runs where scikit-learn is
installed, and nothing else has to.
"""

import json
import sys
import tempfile
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

_DIGITS = "".join(chr(code) for code in range(35, 127))
_STEP = 0.1
_MIDDLE = len(_DIGITS) // 2
_FEATURES = {"intents.tsv": 6700, "roles.tsv": 7000, "boundaries.tsv": 1500}
_SEEN_IN = 3
_LEAST = 0.1
"""Smaller weights are left out."""

Rows = Mapping[str, Sequence[float]]


def fit_intents(examples: Sequence[dict[str, Any]], file: Path, checksum: str) -> None:
    """Fit the intents of clauses: a multinomial logistic regression."""
    clauses = [each for example in examples for each in example["clauses"]]
    _regression(
        [each["features"] for each in clauses],
        [each["intent"] for each in clauses],
        file,
        checksum,
        1.0,
    )


def fit_boundaries(examples: Sequence[dict[str, Any]], file: Path, checksum: str) -> None:
    """Fit whether a command begins."""
    places = [each for example in examples for each in example["boundaries"]]
    _regression([seen for seen, _ in places], [new for _, new in places], file, checksum, 2.0)


def _regression(
    features: Sequence[Sequence[str]], answers: Sequence[Any], file: Path, checksum: str, c: float
) -> None:
    counting = CountVectorizer(analyzer=list, min_df=_SEEN_IN, binary=True, dtype=np.float64)
    seen = counting.fit_transform(features)
    model = LogisticRegression(C=c, max_iter=600, tol=1e-4).fit(seen, answers)
    names = counting.get_feature_names_out()
    # What decides little is left out, and the rest is fitted again.
    weight = np.abs(model.coef_).max(axis=0) * np.sqrt(np.asarray(seen.sum(axis=0)).ravel())
    best = np.sort(np.argsort(-weight)[: _FEATURES[file.name]])
    model = LogisticRegression(C=c, max_iter=600, tol=1e-4).fit(seen[:, best], answers)
    rows = {"": model.intercept_} | dict(zip(names[best], model.coef_.T, strict=True))
    labels = [str(each) for each in model.classes_] if len(model.classes_) > 2 else ["begin"]
    _write(file, checksum, labels, rows, {})


def fit_roles(examples: Sequence[dict[str, Any]], file: Path, checksum: str) -> None:
    """Fit the tags of tokens: a conditional random field."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.2, "c2": 0.02, "max_iterations": 120, "feature.minfreq": 3})
    for example in examples:
        for clause in example["clauses"]:
            if "tokens" in clause:
                trainer.append(clause["tokens"], clause["tags"])
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "crf"))
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
    labels = sorted(info.labels)
    rows: dict[str, list[float]] = {}
    for (feature, label), weight in info.state_features.items():
        rows.setdefault(feature, [0.0] * len(labels))[labels.index(label)] = weight
    size = sorted(rows, key=lambda name: -max(map(abs, rows[name])))[: _FEATURES[file.name]]
    sys.stderr.write(f"roles: {len(rows)} features\n")
    _write(file, checksum, labels, {name: rows[name] for name in sorted(size)}, info.transitions)


def list_carriers(examples: Sequence[dict[str, Any]], file: Path) -> None:
    """Write the words that often stand beside the roles, and so say nothing of their own."""
    beside = Counter(
        features[0].removeprefix("w ")
        for example in examples
        for clause in example["clauses"]
        for features, tag in zip(clause.get("tokens", ()), clause.get("tags", ()), strict=True)
        if tag == "O"
    )
    often = [word for word, times in beside.items() if times >= _SEEN_IN]
    words = sorted(word for word in often if word[0].isalpha())
    file.write_text(textwrap.fill(" ".join(words), 120) + "\n", "utf-8")


def _write(
    file: Path,
    checksum: str,
    answers: Iterable[str],
    rows: Rows,
    pairs: Mapping[tuple[str, str], float],
) -> None:
    lines = ["\t".join([checksum, str(len(pairs)), *answers])]
    lines += [f"{a}\t{b}\t{weight:.2f}" for (a, b), weight in sorted(pairs.items())]
    for name, weights in rows.items():
        digits = "".join(
            _DIGITS[place] + _digit(weight)
            for place, weight in enumerate(weights)
            if abs(weight) >= _LEAST or not name
        )
        if digits:
            lines.append(f"{name}\t{digits}")
    file.write_text("\n".join(lines) + "\n", "utf-8")
    sys.stderr.write(f"{file.name}: {len(lines)} lines, {file.stat().st_size // 1024} KiB\n")


def _digit(weight: float) -> str:
    return _DIGITS[min(max(round(weight / _STEP) + _MIDDLE, 0), len(_DIGITS) - 1)]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    checksum, *read = (json.loads(line) for line in sys.stdin)
    fit_intents(read, folder / "intents.tsv", checksum)
    fit_boundaries(read, folder / "boundaries.tsv", checksum)
    fit_roles(read, folder / "roles.tsv", checksum)
    list_carriers(read, folder / "carriers.txt")

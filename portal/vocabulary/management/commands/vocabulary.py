"""`manage.py vocabulary check | fit | measure`."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from portal.foundation.progress import Progress
from portal.vocabulary import classifier as fitted
from portal.vocabulary import loader
from portal.vocabulary.encoder import (
    EncoderError,
    LocalEncoder,
    SentenceEncoder,
    Vectors,
    get_encoder,
)
from portal.vocabulary.measure import Judged, measure
from portal.vocabulary.soundness import faults, file_faults
from portal.vocabulary.vectors import vectors_for_passages, vectors_for_queries
from portal.vocabulary.vocabulary import build, get_vocabulary


class Command(BaseCommand):
    """Looks after the vocabulary's data files and what is fitted from them."""

    help = "Checks the vocabulary, or fits and measures the reading of needs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "action",
            choices=["check", "fit", "measure"],
            help="check: data files are sound and the fitted file is made from them; "
            "fit: make the fitted file for the encoder in use; "
            "measure: cross-validated accuracy, as JSON",
        )
        parser.add_argument(
            "--package",
            action="store_true",
            help="fit: write the file beside the code instead of into the data folder",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = file_faults() or faults(get_vocabulary())
            if found:
                raise CommandError("\n".join(found))
            if options["action"] == "check":
                self._check()
            elif options["action"] == "fit":
                self._fit(packaged=options["package"])
            else:
                self._measure()
        except (loader.BadVocabulary, EncoderError) as error:
            raise CommandError(str(error)) from error

    def _check(self) -> None:
        path = fitted.path_for(LocalEncoder.name, packaged=True)
        if not path.is_file() or fitted.load(path).vocabulary != build().fit_hash:
            raise CommandError(
                f"{path.name} was not fitted from these concepts: run "
                "`manage.py vocabulary fit --package`"
            )
        vocabulary = get_vocabulary()
        telling = fitted.specific(list(vocabulary.concepts.values()))
        self.stdout.write(
            f"{len(vocabulary.concepts)} concepts ({len(telling)} with phrases), "
            f"{len(vocabulary.industries)} industries, {len(vocabulary.districts)} districts: sound"
        )

    def _fit(self, *, packaged: bool) -> None:
        encoder = _encoder()
        # What travels with the code is made from the files alone.
        vocabulary = build() if packaged else get_vocabulary()
        telling = fitted.specific(list(vocabulary.concepts.values()))
        phrases = fitted.phrases_of(telling)
        model = fitted.fit(
            encoder=encoder.name,
            vocabulary=vocabulary.fit_hash,
            ids=[concept.id for concept in telling],
            owners=phrases.owners,
            queries=self._queries(phrases.texts),
            passages=self._passages(phrases.texts),
            others=self._others(),
        )
        path = fitted.path_for(encoder.name, packaged=packaged, vocabulary=vocabulary.fit_hash)
        fitted.save(model, path)
        fitted.forget()
        self.stderr.write(f"vocabulary: fitted {len(telling)} concepts, wrote {path.name}")

    def _measure(self) -> None:
        encoder = _encoder()
        telling = fitted.specific(list(get_vocabulary().concepts.values()))
        phrases = fitted.phrases_of(telling)
        model = fitted.for_encoder(encoder.name, tuple(concept.id for concept in telling))
        if model is None:
            raise CommandError("nothing is fitted for this encoder: run `manage.py vocabulary fit`")
        found = measure(
            phrases, self._queries(phrases.texts), self._others(), self._judged(), model.none_from
        )
        figures = {
            "encoder": encoder.name,
            "concepts": len(telling),
            "none_from": model.none_from,
            "alone": {key: asdict(row) for key, row in found.alone.items()},
            "in_context": {key: asdict(row) for key, row in found.in_context.items()},
            "refused": found.refused,
        }
        self.stdout.write(json.dumps(_rounded(figures), indent=1))

    def _others(self) -> fitted.Others:
        strangers = loader.out_of_domain().fit
        return fitted.Others(
            context=self._queries(loader.contexts().fit.sentences()),
            strangers=self._queries((*strangers.zh, *strangers.en)),
        )

    def _judged(self) -> Judged:
        contexts, strangers = loader.contexts().report, loader.out_of_domain().report
        texts = {
            "zh": [(row.before, row.after) for row in contexts.zh],
            "en": [(row.before, row.after) for row in contexts.en],
        }
        return Judged(
            context_texts=texts,
            context={
                language: self._queries(tuple(text for pair in pairs for text in pair))
                for language, pairs in texts.items()
            },
            strangers={"zh": self._queries(strangers.zh), "en": self._queries(strangers.en)},
        )

    def _queries(self, texts: tuple[str, ...]) -> Vectors:
        progress = Progress(self.stderr, "vocabulary: encoding queries", len(texts))
        return _given(vectors_for_queries(texts, progress))

    def _passages(self, texts: tuple[str, ...]) -> Vectors:
        progress = Progress(self.stderr, "vocabulary: encoding passages", len(texts))
        return _given(vectors_for_passages(texts, progress))


def _encoder() -> SentenceEncoder:
    encoder = get_encoder()
    if encoder is None:
        raise CommandError("DUIJIE_ENCODER=none: there is no encoder to fit for")
    return encoder


def _rounded(figures: Any) -> Any:
    if isinstance(figures, dict):
        return {key: _rounded(value) for key, value in figures.items()}
    return round(figures, 4) if isinstance(figures, float) else figures


def _given(vectors: Vectors | None) -> Vectors:
    return np.empty((0, 0), np.float32) if vectors is None else vectors

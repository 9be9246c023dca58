"""`manage.py vocabulary check | fit | measure | export | mirror`."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.foundation.progress import Progress
from portal.vocabulary import classifier as fitted
from portal.vocabulary import fitting, loader
from portal.vocabulary.actions import exported, mirror_concepts
from portal.vocabulary.edits import DatabaseEdits, tell_fitted
from portal.vocabulary.encoder import (
    EncoderError,
    LocalEncoder,
    SentenceEncoder,
    Vectors,
    get_encoder,
)
from portal.vocabulary.frame import Frame
from portal.vocabulary.measure import Judged, measure
from portal.vocabulary.phrases import phrases_to_fit, specific
from portal.vocabulary.soundness import faults, file_faults
from portal.vocabulary.vectors import vectors_for_passages, vectors_for_queries
from portal.vocabulary.vocabulary import build, edited, get_vocabulary


class Command(BaseCommand):
    """Looks after the vocabulary's data files and what is fitted from them."""

    help = "Checks the vocabulary, or fits and measures the reading of needs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "action",
            choices=["check", "fit", "measure", "export", "mirror"],
            help="check: data files are sound and the fitted file is made from them; "
            "fit: make the fitted file for the encoder in use; "
            "measure: cross-validated accuracy, as JSON; "
            "export: write the concepts with what editors published, to be reviewed; "
            "mirror: bring what editors see up to date with the reviewed file",
        )
        parser.add_argument(
            "--package",
            action="store_true",
            help="fit: write the file beside the code instead of into the data folder",
        )

        parser.add_argument(
            "--to",
            type=Path,
            help="export: the file to write (default: concepts.jsonl in the data folder)",
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
            elif options["action"] == "export":
                own = Path(settings.DUIJIE_DATA_DIR) / loader.CONCEPTS
                self._export(options["to"] or own)
            elif options["action"] == "mirror":
                self.stderr.write(f"vocabulary: {mirror_concepts()} concepts brought up to date")
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
        telling = specific(list(vocabulary.concepts.values()))
        self.stdout.write(
            f"{len(vocabulary.concepts)} concepts ({len(telling)} with phrases), "
            f"{len(vocabulary.industries)} industries, {len(vocabulary.districts)} districts: sound"
        )

    def _fit(self, *, packaged: bool) -> None:
        encoder = _encoder()
        # What travels with the code is made from the files alone.
        vocabulary = build() if packaged else get_vocabulary()
        model = fitting.fit(
            vocabulary, encoder, as_queries=self._queries, as_passages=self._passages
        )
        path = fitted.path_for(encoder.name, packaged=packaged, vocabulary=vocabulary.fit_hash)
        fitted.save(model, path)
        fitted.forget()
        if not packaged:
            fitted.tidy(encoder.name, path)
            tell_fitted()
        self.stderr.write(f"vocabulary: fitted {len(model.ids)} concepts, wrote {path.name}")

    def _export(self, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        concepts = edited(DatabaseEdits().load())
        target.write_text(exported(concepts), encoding="utf-8")
        self.stderr.write(f"vocabulary: wrote {len(concepts)} concepts to {target}")

    def _measure(self) -> None:
        encoder = _encoder()
        telling = specific(list(get_vocabulary().concepts.values()))
        phrases = phrases_to_fit(telling, loader.examples())
        model = fitted.for_encoder(encoder.name, tuple(concept.id for concept in telling))
        if model is None:
            raise CommandError("nothing is fitted for this encoder: run `manage.py vocabulary fit`")
        frame = model.frame
        asked = frame.of_queries(phrases.texts, self._queries(phrases.texts))
        others = fitting.others(frame, self._queries)
        found = measure(phrases, asked, others, self._judged(frame), model.none_from)
        figures = {
            "encoder": encoder.name,
            "concepts": len(telling),
            "none_from": model.none_from,
            "alone": {key: asdict(row) for key, row in found.alone.items()},
            "in_context": {key: asdict(row) for key, row in found.in_context.items()},
            "refused": found.refused,
        }
        self.stdout.write(json.dumps(_rounded(figures), indent=1))

    def _judged(self, frame: Frame) -> Judged:
        contexts, strangers = loader.contexts().report, loader.out_of_domain().report
        texts = {
            "zh": [(row.before, row.after) for row in contexts.zh],
            "en": [(row.before, row.after) for row in contexts.en],
        }
        return Judged(
            context_texts=texts,
            context={
                language: self._framed(frame, tuple(text for pair in pairs for text in pair))
                for language, pairs in texts.items()
            },
            strangers={
                language: self._framed(frame, found)
                for language, found in (("zh", strangers.zh), ("en", strangers.en))
            },
        )

    def _framed(self, frame: Frame, texts: tuple[str, ...]) -> Vectors:
        return frame.of_queries(texts, self._queries(texts))

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

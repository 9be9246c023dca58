"""`manage.py vocabulary`: what is fitted belongs to the concepts, and can be fitted anew."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.vocabulary import classifier, concept_index, fitting, linker, loader
from portal.vocabulary.encoder import LocalEncoder
from portal.vocabulary.management.commands import vocabulary as command
from portal.vocabulary.vocabulary import get_vocabulary


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("vocabulary", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_packaged_file_was_fitted_from_these_concepts() -> None:
    assert run("check").endswith("sound\n")


def test_a_stale_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "fit_hash", lambda _: "changed since")
    with pytest.raises(CommandError, match="vocabulary fit --package"):
        run("check")


def test_without_an_encoder_there_is_nothing_to_fit(settings) -> None:
    settings.SENTENCE_ENCODER = "none"
    with pytest.raises(CommandError, match="DUIJIE_ENCODER=none"):
        run("fit")


def test_a_file_of_another_version_is_left_out(settings, tmp_path: Path) -> None:
    settings.DUIJIE_DATA_DIR = tmp_path
    path = classifier.path_for(LocalEncoder.name, packaged=False, vocabulary="0123456789abcdef")
    path.parent.mkdir()
    path.write_bytes(classifier.path_for(LocalEncoder.name, packaged=True).read_bytes()[:1000])
    classifier.forget()
    # The installation's own file is broken: the packaged one is used.
    found = classifier.for_encoder(LocalEncoder.name, linker.concept_ids())
    assert found is not None
    assert classifier.for_encoder("another encoder", linker.concept_ids()) is None
    assert classifier.for_encoder(LocalEncoder.name, ("other", "concepts")) is None


@pytest.mark.django_db
def test_fit_and_measure_a_small_vocabulary(
    settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ("forklift_safety", "erp_system", "tool_wear", "carbon_accounting", "food_sorting")
    concepts = [get_vocabulary().concepts[concept] for concept in wanted]
    for module in (command, concept_index, fitting):
        monkeypatch.setattr(module, "specific", lambda _: concepts)
    settings.DUIJIE_DATA_DIR = tmp_path
    classifier.forget()
    run("fit")
    found = classifier.for_encoder(LocalEncoder.name, wanted)
    assert found is not None
    assert found.needs.weights.shape == (7, LocalEncoder.dimensions)
    figures = json.loads(run("measure"))
    assert figures["concepts"] == 5
    for language in ("zh", "en"):
        assert figures["alone"][language]["first"] >= 0.6
        assert figures["refused"][language] > 0.7
    classifier.forget()

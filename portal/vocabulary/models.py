"""What this room keeps in the database: sentence vectors, so that no text is encoded twice; the
concepts as editors see and change them; words that searches asked for in vain."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from pydantic import ValidationError as BadRow
from wagtail.models import DraftStateMixin, RevisionMixin

from portal.foundation.text import content_language
from portal.vocabulary import loader
from portal.vocabulary.schema import Concept
from portal.vocabulary.soundness import concept_faults
from portal.vocabulary.vocabulary import get_vocabulary

LISTS = (
    "synonyms_zh",
    "synonyms_en",
    "acronyms",
    "complaints_zh",
    "complaints_en",
    "offers_zh",
    "offers_en",
    "related",
    "near_misses",
)
_LEAST = {"complaints_zh": 4, "complaints_en": 4, "offers_zh": 2, "offers_en": 2}


class SentenceVector(models.Model):
    """The vector of one text as one encoder made it: 16-bit floats, length 1."""

    class Role(models.TextChoices):
        """The part the text plays; encoders treat the two differently."""

        QUERY = "query", _("query")
        PASSAGE = "passage", _("passage")

    encoder = models.CharField(_("encoder"), max_length=200)
    text_hash = models.CharField(_("SHA-256 of the text"), max_length=64)
    role = models.CharField(_("role"), max_length=7, choices=Role)
    vector = models.BinaryField(_("vector"))
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("sentence vector")
        verbose_name_plural = _("sentence vectors")
        constraints = [
            models.UniqueConstraint(
                fields=["encoder", "text_hash", "role"], name="vocabulary_one_vector_per_text"
            )
        ]

    def __str__(self) -> str:
        return f"{self.encoder} {self.role} {self.text_hash[:12]}"


class VocabularyState(models.Model):
    """One row that every process asks for: whether concepts changed or a classifier was fitted."""

    edits = models.PositiveIntegerField(default=0)
    fitted = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.edits}.{self.fitted}"


def kind_choices() -> list[tuple[str, str]]:
    """Every kind a concept can be of, labelled for who reads."""
    language = content_language()
    return [(kind.key, kind.label(language)) for kind in loader.kinds()]


class ConceptRecord(DraftStateMixin, RevisionMixin, models.Model):
    """A concept as editors see it; lists are kept one a line.

    Rows mirror the reviewed file. One that says something else counts in its place (`edited`);
    one that is not live is switched off."""

    key = models.CharField(
        _("id"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Small letters, digits and _ only."))],
        help_text=_("Needs and profiles are stored with it: it stays when the label changes."),
    )
    kind = models.CharField(_("kind"), max_length=30, choices=kind_choices)
    zh = models.CharField(_("Chinese label"), max_length=40)
    en = models.CharField(_("English label"), max_length=80)
    synonyms_zh = models.TextField(_("Chinese synonyms"), blank=True, help_text=_("One a line."))
    synonyms_en = models.TextField(_("English synonyms"), blank=True, help_text=_("One a line."))
    acronyms = models.TextField(_("acronyms"), blank=True, help_text=_("One a line; case counts."))
    complaints_zh = models.TextField(
        _("how a factory complains, in Chinese"),
        blank=True,
        help_text=_("Four or more, one a line."),
    )
    complaints_en = models.TextField(
        _("how a factory complains, in English"),
        blank=True,
        help_text=_("Four or more, one a line."),
    )
    offers_zh = models.TextField(
        _("how a provider offers it, in Chinese"), blank=True, help_text=_("Two or more.")
    )
    offers_en = models.TextField(
        _("how a provider offers it, in English"), blank=True, help_text=_("Two or more.")
    )
    broad = models.BooleanField(
        _("broad"),
        default=False,
        help_text=_("An umbrella over others: it needs no phrases and weighs little."),
    )
    broader = models.CharField(_("broader concept"), max_length=60, blank=True)
    related = models.TextField(
        _("related concepts"), blank=True, help_text=_("Ids or labels, one a line.")
    )
    near_misses = models.TextField(
        _("near misses"),
        blank=True,
        help_text=_("What is easily taken for it and is not: ids or labels, one a line."),
    )
    shared_because = models.TextField(
        _("why a name is shared"),
        blank=True,
        help_text=_("One a line: the name, a colon, why another concept of this kind has it too."),
    )
    edited = models.BooleanField(_("differs from the reviewed file"), default=False, editable=False)
    changed = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("concept")
        verbose_name_plural = _("concepts")
        ordering = ["kind", "key"]

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}" if self.zh and self.en else self.key

    def row(self) -> dict[str, Any]:
        """What `schema.Concept` is made from."""
        shared = (line.partition(":") for line in lines(self.shared_because.replace("：", ":")))
        return {
            "id": self.key,
            "kind": self.kind,
            "zh": self.zh.strip(),
            "en": self.en.strip(),
            **{name: lines(getattr(self, name)) for name in LISTS},
            "broad": self.broad,
            "broader": self.broader.strip() or None,
            "shared_because": {name.strip(): why.strip() for name, _colon, why in shared},
        }

    def concept(self) -> Concept:
        """The checked concept. Raises pydantic's ValidationError."""
        return Concept.model_validate(self.row())

    def take(self, concept: Concept) -> None:
        """Say what `concept` says; saves nothing."""
        self.key, self.kind, self.zh, self.en = concept.id, concept.kind, concept.zh, concept.en
        self.broad, self.broader = concept.broad, concept.broader or ""
        for name in LISTS:
            setattr(self, name, "\n".join(getattr(concept, name)))
        self.shared_because = "\n".join(f"{k}: {why}" for k, why in concept.shared_because.items())

    def clean(self) -> None:
        """Hold the row to the schema and to its neighbours; messages stand at their fields."""
        super().clean()
        known = get_vocabulary().concepts
        ids = {name.casefold(): c.id for c in known.values() for name in (c.zh, c.en)}
        self.broader = ids.get(self.broader.strip().casefold(), self.broader.strip())
        for name in ("related", "near_misses"):
            found = [ids.get(line.casefold(), line) for line in lines(getattr(self, name))]
            setattr(self, name, "\n".join(dict.fromkeys(found)))
        faults = self._too_few() if not self.broad else {}
        if not faults:
            faults = self._row_faults()
        if not faults:
            concept = self.concept()
            together = {**known, concept.id: concept}
            for fault in concept_faults(together, get_vocabulary().kinds):
                if fault.concept == concept.id:
                    faults.setdefault(fault.field or "zh", []).append(fault.message)
        if faults:
            raise ValidationError(faults)

    def _too_few(self) -> dict[str, list[str]]:
        return {
            name: [
                ngettext("%(least)d is needed.", "%(least)d are needed.", least) % {"least": least}
            ]
            for name, least in _LEAST.items()
            if len(lines(getattr(self, name))) < least
        }

    def _row_faults(self) -> dict[str, list[str]]:
        faults: dict[str, list[str]] = {}
        try:
            self.concept()
        except BadRow as error:
            for fault in error.errors():
                name = str(fault["loc"][0]) if fault["loc"] else "zh"
                faults.setdefault("key" if name == "id" else name, []).append(fault["msg"])
        return faults


def lines(text: str) -> list[str]:
    """The lines of `text` that are not empty, each once."""
    return list(dict.fromkeys(filter(None, (line.strip() for line in text.splitlines()))))


class ConceptCandidate(models.Model):
    """Words that searches asked for and found nothing: perhaps a name that is missing."""

    class State(models.TextChoices):
        """What editors made of it."""

        NEW = "new", _("new")
        TAKEN = "taken", _("taken up")
        DISMISSED = "dismissed", _("dismissed")

    phrase = models.CharField(_("phrase"), max_length=80)
    language = models.CharField(_("language"), max_length=2)
    times = models.PositiveIntegerField(_("times"), default=1)
    days = models.PositiveIntegerField(_("days"), default=1)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.NEW)
    taken_into = models.CharField(_("taken up by"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = [
            models.UniqueConstraint(
                fields=["phrase", "language"], name="vocabulary_one_candidate_per_phrase"
            )
        ]
        indexes = [models.Index(fields=["state", "-times"], name="vocabulary_candidates")]

    def __str__(self) -> str:
        return self.phrase

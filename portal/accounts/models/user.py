"""The person: signs in by e-mail, reads one of two languages, has roles through groups."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.foundation.permissions import ROLE_GROUPS


class UserManager(BaseUserManager["User"]):
    """Users are made by e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved user; without a password one who cannot sign in by password."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved user who may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person with an account."""

    NAME: ClassVar[int] = 80
    PHONE: ClassVar[int] = 30
    LANGUAGES: ClassVar[list[tuple[str, str]]] = [("zh-hans", "简体中文"), ("en", "English")]

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=NAME, blank=True)
    phone = models.CharField(_("phone"), max_length=PHONE, blank=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=LANGUAGES,
        default="zh-hans",
    )
    is_demo = models.BooleanField(_("demo account"), default=False)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    roles_asleep = False
    """In a session that has shown no second factor no role of the city counts; the middleware
    `portal.accounts.gate` says so of the request's user."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """The name, else a number: an address, often a phone number, is nobody else's business."""
        if self.erased_at:
            return gettext("Former member %(number)s") % {"number": self.pk}
        return self.name or gettext("Member %(number)s") % {"number": self.pk}

    def get_short_name(self) -> str:
        """The same: Chinese names are not cut."""
        return self.get_full_name()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's and Wagtail's own permissions, which come with roles only."""
        return not self.roles_asleep and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """The same for an app's part of the admin."""
        return not self.roles_asleep and super().has_module_perms(app_label)

    @property
    def has_role(self) -> bool:
        """Does this person do anything for the city here, which wants a second factor?"""
        return self.is_superuser or self.is_staff or bool(self.role_groups)

    @cached_property
    def role_groups(self) -> set[str]:
        """The city's roles this person has: officer, moderator, editor."""
        return set(self.groups.filter(name__in=ROLE_GROUPS).values_list("name", flat=True))

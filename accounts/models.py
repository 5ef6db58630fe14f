"""The person who signs in; what a person may do in a town is said elsewhere."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes accounts; addresses are kept in small letters, as everybody compares them."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Store a new account; without a password it can sign in only by other means."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_card_user(self, **fields: Any) -> "User":
        """Store an account without an address, for somebody who signs in with a printed card."""
        user = self.model(email="", **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by address whatever its case, as people type it; nobody is found without one."""
        if not username:
            raise self.model.DoesNotExist
        return self.get(email=str(username).lower())


class User(AbstractBaseUser):
    """A person known by an e-mail address or a printed card, with a preferred language."""

    # Never the password, nor the name.
    messenger_role_may_read = ("id", "email", "phone", "language", "is_active")

    # Empty for those who sign in with a card alone.
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("mobile telephone"), max_length=20, blank=True)
    full_name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    #: When its owner was told that an account nobody uses is erased.
    warned_at = models.DateTimeField(_("warned"), null=True, blank=True)
    #: Counted up to end every visit that was begun before.
    visits_round = models.PositiveIntegerField(_("round of visits"), default=0)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="accounts_user_email_once"
            ),
            models.UniqueConstraint(
                fields=["phone"],
                condition=Q(email="") & ~Q(phone=""),
                name="accounts_user_phone_alone_once",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="accounts_user_email_in_small_letters"
            ),
        ]

    @staticmethod
    def no_password() -> str:
        """What stands in `password` of an account that has none."""
        return make_password(None)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Bind a visit to the round it was begun in, as Django binds it to the password."""
        bound = f"{self.visits_round} {self.password}"
        return salted_hmac("accounts.visit", bound, secret=secret, algorithm="sha256").hexdigest()

    def __str__(self) -> str:
        return self.full_name or self.email or f"#{self.pk}"


class SignInCard(models.Model):
    """A printed card that signs one person in; only a digest of its code is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cards"
    )
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in card")
        verbose_name_plural = _("sign-in cards")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.issued_at:%Y-%m-%d}"


class Operator(models.Model):
    """Somebody who runs this installation: founds municipalities, and has no right inside them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="operator"
    )
    appointed_at = models.DateTimeField(_("appointed"))

    class Meta:
        verbose_name = _("operator of the installation")
        verbose_name_plural = _("operators of the installation")

    def __str__(self) -> str:
        return str(self.user)


class Erasure(models.Model):
    """Somebody's wish to be erased; its row outlives the account, by number alone."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="erasures",
    )
    user_number = models.BigIntegerField(_("account"))
    asked_at = models.DateTimeField(_("asked"))
    # Until then it can be taken back: somebody else may have asked on an open computer.
    due_at = models.DateTimeField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("wish to be erased")
        verbose_name_plural = _("wishes to be erased")
        constraints = [
            models.UniqueConstraint(
                fields=["user_number"],
                condition=Q(done_at__isnull=True, cancelled_at__isnull=True),
                name="accounts_erasure_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_number} · {self.asked_at:%Y-%m-%d}"

"""Which people: selections shared by pages, exports and tasks."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import BaseUserManager
from django.db import connection, models
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.utils import timezone

from people.policies import UserPolicy
from people.roles import HR_PARTNER, roles_with
from people.search import has_part
from people.typed import typed_address, typed_words

# More parts a person may play, each as `has_…`, by the apps above: they are read in the same query.
PARTS: dict[str, Callable[[], Exists]] = {}


# UNION leaves out who was found before: a circle of managers ends.
BELOW = """
    WITH RECURSIVE below (id) AS (
        SELECT id FROM people_user WHERE manager_id = %s
        UNION
        SELECT person.id FROM people_user person JOIN below ON person.manager_id = below.id
    )
    SELECT id FROM below
"""
REFUSED_FOR = timedelta(days=14)  # how long a refused mail is pointed out


def _mail_refused() -> models.Q:
    """Without mails with a code to continue a draft: that somebody asked for one shows that there is a draft."""
    from foundation.outbox.models import Message
    from foundation.outbox.states import WorkStatus

    since = timezone.now() - REFUSED_FOR
    refused = Message.objects.filter(status=WorkStatus.FAILED, created_at__gte=since).exclude(kind="feedback_code")
    return models.Q(pk__in=refused.values("recipient"))


NEEDS: dict[str, Callable[[], models.Q]] = {
    "no-manager": lambda: models.Q(manager=None),
    "manager-left": lambda: models.Q(manager__is_active=False),
    "mail-refused": _mail_refused,
}


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def visible_to(self, viewer):
        return UserPolicy.filter(self, viewer)

    def with_role(self, *roles):
        """Whoever has one of `roles`, of those that are given and HR partner."""
        from people.models import Team

        found = models.Q(pk__in=[])
        for role in roles:
            partners = Team.hr_partners.through.objects.values("user")
            found |= models.Q(pk__in=partners) if role == HR_PARTNER else models.Q(**{role.held: True})
        return self.filter(found)

    def who_may(self, permission: str):
        """Whoever has `permission` by a role."""
        return self.with_role(*roles_with(permission))

    def reports_of(self, manager):
        """The people whose present manager is `manager`."""
        return self.filter(manager=manager)

    def acted_for_by(self, user):
        """`user` and the absent people whom `user` stands in for today."""
        return self.filter(models.Q(pk=user.pk) | models.Q(delegations__in=user.standing_in_for.current()))

    def with_parts(self):
        """With which parts each person plays: leads people, stands in today, is an HR partner; no further query."""
        from people.models import Delegation, Team

        return self.annotate(
            has_reports=Exists(self.model._default_manager.filter(manager=OuterRef("pk"), is_active=True)),
            has_stands_in=Exists(Delegation.objects.current().filter(stand_in=OuterRef("pk"))),
            has_partner=Exists(Team.objects.filter(hr_partners=OuterRef("pk"))),
            **{f"has_{part}": find() for part, find in PARTS.items()},
        )

    def below(self, manager):
        """Everybody who reports to `manager`, at any distance."""
        key = self.model._meta.pk.get_db_prep_value(manager.pk, connection)
        return self.filter(pk__in=RawSQL(BELOW, [key]))  # noqa: S611  # a fixed text, the key is a parameter

    def in_need_of(self, what: str):
        """Active people with something for HR to put right: see `NEEDS`; everybody for another word."""
        return self.active().filter(NEEDS[what]()) if what in NEEDS else self

    def with_address(self, address: str):
        """Whoever has this email address, however it is typed: along the index that lets each be there once."""
        return self.alias(address=Lower("email")).filter(address=typed_address(address))

    def with_mailbox(self, mailbox: str):
        """Whoever has `mailbox` as their address, or with a +tag in it."""
        local, _at, domain = mailbox.rpartition("@")
        tagged = models.Q(address__startswith=f"{local}+", address__endswith=f"@{domain}")
        return self.alias(address=Lower("email")).filter(models.Q(address=mailbox) | tagged)

    def named_like(self, words: str):
        """People with every one of `words` in their name or address, as `has_part` understands it."""
        found = self
        for word in typed_words(words):
            found = found.filter(has_part(word, "search"))
        return found


def vouch_for(users) -> None:
    """HR vouches for the addresses of `users`: each has its one confirmed address, as sign-in wants it."""
    from allauth.account.models import EmailAddress

    users = list(users)
    rows = [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users]
    EmailAddress.objects.filter(user__in=[user.pk for user in users]).delete()
    EmailAddress.objects.bulk_create(rows, batch_size=2000)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # as Django's docs have it
    def get_by_natural_key(self, email):
        return self.with_address(email).get()

    def create_user(self, email, password=None, **fields):
        """A person who may sign in; without a password, by mail code only."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        vouch_for([user])
        return user


class DelegationQuerySet(models.QuerySet):
    def current(self, day=None):
        day = day or timezone.localdate()
        return self.filter(starts_on__lte=day, ends_on__gte=day)

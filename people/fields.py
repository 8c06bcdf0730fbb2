"""Fields in which a person or a team is typed: no page lists everybody of an organisation of 50,000."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Team, User
from people.search import has_part
from people.typed import MAX_EMAIL, folded, searchable, tidy, typed_address

MOST_NAMED = 5  # in the words that refuse a name several have
MOST_OFFERED = 100  # a smaller organisation is offered whole while one types
MOST_TICKED = 50  # teams to tick; more are typed


def is_id(value) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


class AddressField(forms.EmailField):
    """One email address, also as mail programs copy it: "Name <address>", "mailto:address", "address;"."""

    # A browser would refuse the name and the brackets before they could be read.
    widget = forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off", "autocapitalize": "none"})

    def __init__(self, **options):
        options.setdefault("max_length", MAX_EMAIL)
        super().__init__(**options)
        self.widget.attrs.pop("maxlength", None)  # what is typed round the address does not count

    def to_python(self, value):
        return typed_address(super().to_python(value) or "")


class TypedField(forms.ModelChoiceField):
    """One row, chosen by typing what it is called; its id is taken too. Subclasses say how rows are found and named."""

    queryset: Any  # type: ignore[assignment]  # of the model that is typed, with the finders of its own
    many: Any  # the words for several finds, with %(who)s
    none: Any  # the words for no find
    shown: tuple[str, ...]  # the columns of an offered row

    def exact(self, words: str):
        raise NotImplementedError

    def like(self, words: str):
        raise NotImplementedError

    def name_of(self, row) -> str:
        raise NotImplementedError

    def to_python(self, value):
        if isinstance(value, self.queryset.model) or value in self.empty_values:
            return value or None
        if is_id(value):
            return super().to_python(value)
        if "\x00" in str(value):
            raise forms.ValidationError(_("This contains a character that cannot be used. Type it again."))
        words = tidy(str(value))
        found = list(self.exact(words)[:1]) or list(self.like(words)[: MOST_NAMED + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(self.none)
        names = [self.name_of(row) for row in found[:MOST_NAMED]] + ["…"] * (len(found) > MOST_NAMED)
        raise forms.ValidationError(self.many, params={"who": ", ".join(names)})

    def has_changed(self, initial, data) -> bool:
        """Whether another row is meant, however it is typed; what cannot be understood is a change."""
        try:
            found = self.to_python(data)
        except forms.ValidationError:
            return True
        return getattr(found, "pk", None) != getattr(initial, "pk", initial)

    def offered(self) -> list:
        """All rows where they are few, for a list to choose from while typing; else none."""
        rows = list(self.queryset.only(*self.shown)[: MOST_OFFERED + 1])
        return rows if len(rows) <= MOST_OFFERED else []


class PersonField(TypedField):
    """A colleague, typed by address or by a part of a name that only one has; the page may offer some as #people."""

    widget = forms.TextInput(attrs={"list": "people", "autocomplete": "off"})
    many = _("More than one person has this name: %(who)s. Type the email address.")
    none = _("No one with this name or address was found.")
    shown = ("name", "email")

    def __init__(self, **options):
        queryset = options.pop("queryset", None)
        options.setdefault("help_text", _("A name or an email address."))
        super().__init__(User.objects.active() if queryset is None else queryset, **options)

    def exact(self, words):
        return self.queryset.with_address(words)

    def like(self, words):
        return self.queryset.named_like(words).order_by("name")

    def name_of(self, person):
        return f"{person.name} ({person.email})"

    def prepare_value(self, value):
        return value.email if isinstance(value, User) else value


class TeamField(TypedField):
    """A team, typed by its name or a part that only one has; the page may offer some as #teams."""

    widget = forms.TextInput(attrs={"list": "teams", "autocomplete": "off"})
    many = _("More than one team has this name: %(who)s. Type the whole name.")
    none = _("No team of this name was found.")
    shown = ("name",)

    def __init__(self, **options):
        super().__init__(Team.objects.all(), **options)

    def exact(self, words):
        return self.queryset.filter(search=searchable(words))

    def like(self, words):
        return self.queryset.filter(has_part(folded(words), "search"))

    def name_of(self, team):
        return team.name

    def prepare_value(self, value):
        return value.name if isinstance(value, Team) else value


class TeamsField(forms.ModelMultipleChoiceField):
    """Teams to tick where they are few; where they are many their names, one a line."""

    def __init__(self, **options):
        super().__init__(Team.objects.all(), **options)
        self.is_typed = False

    def settle(self) -> None:
        """Choose between ticking and typing by how many teams there are now."""
        teams = list(Team.objects.all()[: MOST_TICKED + 1])
        self.is_typed = len(teams) > MOST_TICKED
        if self.is_typed:
            self.widget = forms.Textarea(attrs={"rows": 4})
            self.help_text = _("Names of teams, one a line; empty for all.")
        else:
            self.widget = forms.CheckboxSelectMultiple()
            self.choices = [(team.pk, team.name) for team in teams]

    def prepare_value(self, value):
        if self.is_typed and isinstance(value, list) and all(isinstance(each, Team) for each in value):
            return "\n".join(team.name for team in value)
        return super().prepare_value(value)

    def has_changed(self, initial, data) -> bool:
        return self.is_typed or super().has_changed(initial, data)

    def clean(self, value):
        if not self.is_typed or not isinstance(value, str):
            return super().clean(value)
        names = [name.strip() for name in value.splitlines() if name.strip()]
        return super().clean([self._named(name).pk for name in names])

    def _named(self, name: str) -> Team:
        try:
            return TeamField().to_python(name)
        except forms.ValidationError as why:
            raise forms.ValidationError(
                _("“%(name)s”: %(why)s"), params={"name": name, "why": why.messages[0]}
            ) from why

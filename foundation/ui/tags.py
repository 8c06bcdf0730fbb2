"""Template tags and filters for the interface; loaded in every template as a builtin library."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zlib import crc32

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from foundation.moments import day_in_words, moment_in_words
from foundation.ui import charts
from foundation.workdays import deadline_in_words, organisation_today, warning_about

register = template.Library()

AVATAR_COLOURS = 6
SOON = 3  # days; a deadline this near is shown as a warning

TONE_ICONS = {
    "good": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-circle",
    "info": "circle-dot",
    "muted": "circle-dashed",
}
STATUS_TONES = {
    "delivered": "good",
    "acknowledged": "good",
    "approved": "good",
    "answered": "good",
    "done": "good",
    "achieved": "good",
    "on_track": "good",
    "at_risk": "warn",
    "returned": "warn",
    "late": "bad",
    "missed": "bad",
    "failed": "bad",
    "behind": "bad",
    "draft": "muted",
    "closed": "muted",
    "cancelled": "muted",
    "declined": "muted",
    "revoked": "muted",
    "expired": "muted",
}
ALERT_ICONS = {
    "success": "circle-check",
    "warning": "alert-triangle",
    "error": "alert-circle",
    "danger": "alert-circle",
}


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, label: str = "", css: str = ""):
    """An icon of the sprite: decoration unless `label` says what it means."""
    link = f"{static('vendor/tabler/icons.svg')}#{name}"
    shape = '<svg class="icon {}" width="24" height="24" {}="{}" focusable="false"><use href="{}"/></svg>'
    if label:
        return format_html(shape.replace("{}=", 'role="img" {}='), css, "aria-label", label, link)
    return format_html(shape, css, "aria-hidden", "true", link)


def initials(name: str) -> str:
    """First letters of the first and the last word."""
    words = [word for word in name.split() if word[0].isalnum()] or ["?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.simple_tag
def avatar(person, size: str = ""):
    """Initials on a background colour that depends on the name. `size`: "sm", "" or "lg"."""
    name = str(person)
    css = f"avatar avatar-{crc32(name.encode()) % AVATAR_COLOURS + 1}" + (f" avatar-{size}" if size else "")
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, initials(name))


@register.filter
def may(user, permission: str) -> bool:
    """Whether one of the roles of `user` holds a permission: `{% if user|may:"run_cycles" %}`."""
    return user.may(permission)


@register.filter
def tone(status: str) -> str:
    """The tone of a status word; a tone stays itself, an unknown status is "info"."""
    status = str(status)
    return status if status in TONE_ICONS else STATUS_TONES.get(status, "info")


@register.filter
def tone_icon(name: str) -> str:
    return TONE_ICONS[tone(name)]


@register.filter
def alert_icon(level: str) -> str:
    """The icon of a message level or alert kind."""
    return ALERT_ICONS.get(level, "info-circle")


def local_day(value: date | datetime) -> date:
    """The day of `value` where the reader is."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def days_left(value: date | datetime) -> int:
    """Days from today until `value`; negative when it is over.

    A day without an hour is a deadline: it ends at midnight in the organisation's time zone.
    """
    today = timezone.localdate() if isinstance(value, datetime) else organisation_today()
    return (local_day(value) - today).days


@register.filter
def day(value: date | datetime | None) -> str:
    """ "28 Nov", with the year when it is not this one; nothing for nothing."""
    if not value:
        return ""
    here = local_day(value)
    return day_in_words(here, "j M" if here.year == timezone.localdate().year else "j M Y")


@register.filter
def full_day(value: date | datetime | None) -> str:
    """ "28 Nov 2026", always with the year: for documents; nothing for nothing."""
    return day_in_words(local_day(value)) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """ "28 Nov 2026, 09:05" where the reader is; nothing for nothing."""
    return moment_in_words(value) if value else ""


@register.filter
def due_day(value: date | datetime | None) -> str:
    """ "Tue 1 Dec", with the year when it is not this one: how a deadline is written; nothing for nothing."""
    if not value:
        return ""
    here = local_day(value)
    return day_in_words(here, "D j M" if here.year == timezone.localdate().year else "D j M Y")


@register.filter
def deadline_end(value: date | None) -> str:
    """ "Tue 1 Dec 2026, 23:59 Europe/Berlin": the very end of a deadline; nothing for nothing."""
    return deadline_in_words(value) if value else ""


@register.filter
def workday_warning(value: date | None) -> str:
    """Why a day is a bad deadline; empty for a working day and for nothing."""
    return warning_about(value, get_language() or "en") if value else ""


@register.filter
def deadline(value: date | datetime | None) -> str:
    """ "in 3 days", "today", "2 days late"; nothing for nothing."""
    if not value:
        return ""
    left = days_left(value)
    if left in (0, 1):
        return _("tomorrow") if left else _("today")
    if left > 0:
        return ngettext("in %(count)d day", "in %(count)d days", left) % {"count": left}
    return ngettext("%(count)d day late", "%(count)d days late", -left) % {"count": -left}


@register.filter
def deadline_tone(value: date | datetime | None) -> str:
    """ "bad" when late, "warn" within three days, else "muted"."""
    if not value or days_left(value) > SOON:
        return "muted"
    return "bad" if days_left(value) < 0 else "warn"


@register.filter
def duration(value: timedelta | int) -> str:
    """The two largest units of a timedelta, or of whole minutes: "3 days 2 h", "8 min"."""
    minutes = int(value.total_seconds() // 60) if isinstance(value, timedelta) else int(value)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else "",
        _("%(count)d h") % {"count": hours} if hours else "",
        _("%(count)d min") % {"count": minutes} if minutes else "",
    ]
    return " ".join([part for part in parts if part][:2]) or _("%(count)d min") % {"count": 0}


@register.filter
def error_target(field) -> str:
    """The id that a link to `field` points to: the first choice of a group, else the input itself."""
    subwidgets = field.subwidgets if field.use_fieldset else []
    return subwidgets[0].id_for_label if subwidgets else field.id_for_label or field.auto_id


@register.inclusion_tag("components/dotplot.html")
def dotplot(label: str = "", low: int = 1, high: int = 5, **values) -> dict:
    """Ratings on one line: `{% dotplot label=code.name self=4 peer=3.8 manager=4 expected=3 %}`."""
    return charts.dotplot(values, low, high) | {"label": label}


@register.inclusion_tag("components/dotplot_scale.html")
def dotplot_scale(low: int = 1, high: int = 5) -> dict:
    """The numbers above a column of dot plots."""
    return charts.dotplot({}, low, high)


@register.inclusion_tag("components/radar.html")
def radar(title: str, labels: list, low: int = 1, high: int = 5, **values) -> dict:
    """A radar chart beside the table of ratings; `values` are lists, one number or None per label."""
    return charts.radar([str(label) for label in labels], values, low, high) | {"title": title}


@register.inclusion_tag("components/chart_legend.html")
def chart_legend(*keys: str) -> dict:
    """Which mark is whose: `{% chart_legend "self" "peer" "manager" %}`."""
    return {"series": [charts.SERIES[key] for key in keys]}


@register.inclusion_tag("components/heads.html")
def heads(*columns: str, hidden: str = "") -> dict:
    """Plain column heads of a table; `hidden` names a last column of buttons for those who hear the page."""
    return {"columns": columns, "hidden": hidden}

"""People who are in no row: to ask a policy what somebody of their kind may do. They are never saved."""

from people.models import User
from people.roles import ROLES


def somebody(*, role: str = "", **values) -> User:
    """Somebody of no team, nobody's stand-in, with the role of this key or none. Raises StopIteration for no role."""
    held = {next(each.held for each in ROLES if each.key == role): True} if role else {}
    user = User(**held, **values)
    user.__dict__ |= {"has_partner": False, "has_stands_in": False}
    return user

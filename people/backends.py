"""How the signed-in person is read at each request."""

from allauth.account.auth_backends import AuthenticationBackend

from people.models import User


class SessionPerson(AuthenticationBackend):
    """allauth's sign-in; the person of a session comes with the parts they play and their factor, in one query."""

    def get_user(self, user_id):
        from people.factors import HAS_FACTOR

        people = User.objects.active().with_parts().annotate(has_factor=HAS_FACTOR)
        person = people.filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None

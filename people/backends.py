"""How the signed-in person is read at each request."""

from allauth.account.auth_backends import AuthenticationBackend

from people.models import User


class SessionPerson(AuthenticationBackend):
    """allauth's sign-in; the person of a session comes with the parts they play, in one query."""

    def get_user(self, user_id):
        person = User.objects.active().with_parts().filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None

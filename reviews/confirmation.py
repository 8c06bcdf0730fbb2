"""The page that says what an action does and asks for what it needs before it is done."""

from django.shortcuts import render, resolve_url


def ask(request, form, move: dict, about, back=None):
    """`move` has a label and may have an effect and other words for the button.

    `about` is the row it is done to, `back` the page to return to: another row or the name of an address.

    What was typed stays in the form; a refused form is answered with 400, one that another tab overtook with 409.
    """
    status = getattr(form, "status", 400 if form and form.errors else 200)
    context = {"form": form, "move": move, "back": resolve_url(back or about), "about": str(about)}
    return render(request, "reviews/move_form.html", context, status=status)

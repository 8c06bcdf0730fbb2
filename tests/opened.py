"""What a browser sends back with a form beside what is typed: what the form was made from."""


def opened(client, url) -> dict:
    """The hidden fields of the forms on the page at `url`, as this client sees it now."""
    page = client.get(url)
    assert page.status_code == 200, url
    forms = [page.context[name] for name in ("form", "note_form") if page.context.get(name)]
    forms += list(page.context.get("points") or [])
    hidden = {}
    for form in forms:
        if "base" in form.fields:
            hidden[form.add_prefix("base")] = form["base"].value()
    return hidden

"""Line breaks of what people type: browsers send two characters for each, the product counts and stores one."""

from foundation.ui.drafts import plain_breaks


def plain_line_breaks(get_response):
    """Middleware: every text of a form arrives with one character per line break, as it is counted on the page."""

    def on_view(request, _view, _args, _words):
        if request.method == "POST" and any("\r" in value for _, values in request.POST.lists() for value in values):
            data = request.POST.copy()
            for name, values in request.POST.lists():
                data.setlist(name, [plain_breaks(value) for value in values])
            data._mutable = False
            request.POST = data

    def answer(request):
        return get_response(request)

    answer.process_view = on_view  # type: ignore[attr-defined]
    return answer

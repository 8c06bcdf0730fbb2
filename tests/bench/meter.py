"""What an answer cost the server, in its headers: queries, processor time, the most memory held meanwhile."""

import time
from pathlib import Path

from django.db import connection

from tests.bench.work import peak


class Counter:
    """Counts what goes to the database."""

    def __init__(self):
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)


def meter(get_response):
    def answer(request):
        Path("/proc/self/clear_refs").write_text("5")  # the kernel forgets the high water mark so far
        counter, began = Counter(), time.thread_time()
        with connection.execute_wrapper(counter):
            response = get_response(request)
        response["X-Queries"] = counter.count
        response["X-Cpu"] = f"{(time.thread_time() - began) * 1000:.2f}"  # ms
        response["X-Peak"] = peak()  # MB
        return response

    return answer

"""What an answer cost the server, in its headers: queries, processor time, the worker's memory at its highest."""

import time

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
        counter, began = Counter(), time.thread_time()
        with connection.execute_wrapper(counter):
            response = get_response(request)
        response["X-Queries"] = counter.count
        response["X-Cpu"] = f"{(time.thread_time() - began) * 1000:.2f}"  # ms
        response["X-Peak"] = peak()  # MB
        return response

    return answer

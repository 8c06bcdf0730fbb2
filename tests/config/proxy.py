"""A reverse proxy as small as it can be: it adds the visitor's address to X-Forwarded-For, as nginx or Caddy do."""

import http.client
import socketserver
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


def handler_for(port: int):
    class Forward(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            sent = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            before = sent.get("X-Forwarded-For")
            sent["X-Forwarded-For"] = ", ".join(filter(None, [before, self.client_address[0]]))
            sent["X-Forwarded-Proto"] = "http"
            inner = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            inner.request(self.command, self.path, body, sent)
            answer = inner.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            inner.close()

        do_POST = do_GET

        def log_message(self, *_words):
            """Nothing: the test says what went wrong."""

    return Forward


class Threaded(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 200


@contextmanager
def proxy_before(port: int):
    """The port of a proxy in front of the product at `port`."""
    server = Threaded(("127.0.0.1", 0), handler_for(port))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()

"""A server on this machine that answers what a test wants, true or not."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answer:
    """What the server sends: a status, headers, a body, how long it waits before, and stays."""

    def __init__(self, body=b"", status=200, headers=None, wait=0.0, stays=0.0):
        self.body = body if isinstance(body, bytes) else body.encode()
        self.status, self.headers, self.wait = status, headers or {}, wait
        self.stays = stays


def says(text):
    """Answer as a well-behaved server."""
    return Answer(json.dumps({"choices": [{"message": {"content": text}}]}))


def events(*chunks, end="data: [DONE]\n\n"):
    """Answer with a stream of these deltas."""
    lines = [json.dumps({"choices": [{"delta": delta}]}) for delta in chunks]
    body = "".join(f"data: {line}\n\n" for line in lines) + end
    return Answer(body, headers={"Content-Type": "text/event-stream"})


@contextmanager
def serving(*answers):
    """Serve these answers, one for each question, the last one for all that follow.

    Yields:
        The address of the API, and the list of questions as they came: (headers, body).
    """
    questions = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            questions.append((self.headers, json.loads(body)))
            answer = answers[min(len(questions), len(answers)) - 1]
            time.sleep(answer.wait)
            try:
                self.send_response(answer.status)
                headers = {"Content-Type": "application/json", **answer.headers}
                headers.setdefault("Content-Length", str(len(answer.body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)
                time.sleep(answer.stays)
            except (BrokenPipeError, ConnectionResetError):
                pass  # whoever asked has gone

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", questions
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

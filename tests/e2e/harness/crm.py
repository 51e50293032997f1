"""The CRM's end of the webhook, made only of what others wrote: the signature is checked by the package
`standardwebhooks`, the event is parsed by the package `cloudevents`. Nothing of Rounds belongs here.

Prints the port on the first line, then one JSON object for every request: what was received, or why it was refused.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from standardwebhooks import Webhook


def received(secret, headers, body):
    """The verified event as plain data. Any exception is a refusal."""
    Webhook(secret).verify(body, headers)
    event = from_structured_event(HTTPMessage(headers=headers, body=body))
    attributes = {name: str(value) for name, value in event.get_attributes().items()}
    return {
        "verified": True,
        "message": headers["webhook-id"],
        "media_type": headers["content-type"],
        "event": attributes,
        "data": event.get_data(),
    }


class Desk(BaseHTTPRequestHandler):
    """Takes events by POST."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            seen, status = received(self.server.secret, headers, body), 204
        except Exception as error:  # whatever the packages object to is what the test must see
            seen, status = {"verified": False, "error": f"{type(error).__name__}: {error}"}, 400
        print(json.dumps(seen), flush=True)
        self.send_response(status)
        self.end_headers()

    def log_message(self, *arguments):
        """Standard output is for the test alone."""


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    server.secret = sys.argv[1]
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

"""The shop itself: a web server that says its process and port, and goes to the background."""

import http.server
import os


class Page(http.server.BaseHTTPRequestHandler):
    """The only page."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"open\n")

    def log_message(self, *_words):
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    if child := os.fork():
        os.write(1, f"{child} {server.server_address[1]}\n".encode())
        os._exit(0)
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(nowhere, handle)
    server.serve_forever()

"""Takes mails with the server of aiosmtpd on a free port, which it prints. Each mail is a line of FOLDER/mails.jsonl.

With a second argument, `starttls`, it takes them over TLS alone, with FOLDER/server.pem and FOLDER/server.key.
"""

import json
import pathlib
import signal
import socket
import ssl
import sys

from aiosmtpd.controller import Controller

folder = pathlib.Path(sys.argv[1])
tls = None
if sys.argv[2:] == ["starttls"]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(folder / "server.pem", folder / "server.key")


class Kept:
    async def handle_DATA(self, server, session, envelope):
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "text": envelope.content.decode("utf-8"),
        }
        with open(folder / "mails.jsonl", "a", encoding="utf-8") as mails:
            mails.write(json.dumps(mail) + "\n")
        return "250 taken"


controller = Controller(Kept(), hostname="127.0.0.1", port=0, tls_context=tls, require_starttls=tls is not None)
controller.ready_timeout = 30


def bound():
    return controller.server.sockets[0].getsockname()[1]


# The library connects to its own port to see that it listens, and does not ask which port 0 became.
controller._trigger_server = lambda: socket.create_connection(("127.0.0.1", bound()), 1).close()
controller.start()
print(f"port {bound()}", flush=True)
signal.pause()

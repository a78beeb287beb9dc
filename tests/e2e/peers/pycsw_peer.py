"""Serves the ISO records of FOLDER/records with pycsw (CSW and OAI-PMH) on a free port, which it prints."""

import os
import pathlib
import socketserver
import subprocess
import sys
import wsgiref.simple_server

folder = pathlib.Path(sys.argv[1])


class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True


# The port is needed for the configuration, which the application reads when it is imported.
server = Server(("127.0.0.1", 0), wsgiref.simple_server.WSGIRequestHandler)
port = server.server_address[1]
import pycsw  # noqa: E402

CONTACT = "name position address city stateorprovince postalcode country phone fax email url hours instructions role"
settings = {
    "server": {
        "home": str(pathlib.Path(pycsw.__file__).parent.parent),
        "url": f"http://127.0.0.1:{port}/",
        "mimetype": "application/xml; charset=UTF-8",
        "encoding": "UTF-8",
        "language": "en-US",
        "maxrecords": "10",
        "profiles": "apiso",
    },
    "manager": {"transactions": "false", "allowed_ips": "127.0.0.1"},
    "metadata:main": {
        "identification_title": "Invented records",
        "identification_abstract": "Invented records for a test",
        "identification_keywords": "test",
        "identification_keywords_type": "theme",
        "identification_fees": "None",
        "identification_accessconstraints": "None",
        "provider_name": "Test",
        "provider_url": f"http://127.0.0.1:{port}/",
        **{f"contact_{part}": "-" for part in CONTACT.split()},
    },
    "metadata:inspire": {"enabled": "false"},
    "repository": {"database": f"sqlite:///{folder}/records.db", "table": "records"},
}
configuration = folder / "pycsw.cfg"
with open(configuration, "w", encoding="utf-8") as file:
    for section, values in settings.items():
        print(f"[{section}]", *(f"{key}={value}" for key, value in values.items()), sep="\n", file=file)

admin = [sys.executable, str(pathlib.Path(sys.executable).parent / "pycsw-admin.py"), "-f", str(configuration)]
for command in (["-c", "setup_db"], ["-c", "load_records", "-p", str(folder / "records"), "-y"]):
    subprocess.run(admin + command, check=True, stdout=sys.stderr)

os.environ["PYCSW_CONFIG"] = str(configuration)
from pycsw.wsgi import application  # noqa: E402

server.set_app(application)
print(f"port {port}", flush=True)
server.serve_forever()

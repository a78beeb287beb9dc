"""Serves invented records with pygeoapi (OGC API - Records) on a free port, which it prints. State goes into FOLDER."""

import json
import os
import pathlib
import socketserver
import sys
import wsgiref.simple_server

folder = pathlib.Path(sys.argv[1])
RECORDS = 23


class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), wsgiref.simple_server.WSGIRequestHandler)
port = server.server_address[1]

records = {}
for number in range(1, RECORDS + 1):
    records[str(number)] = {
        "id": f"invented-{number:03}",
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[[44, 15], [45, 15], [45, 16], [44, 16], [44, 15]]]},
        "properties": {
            "externalId": f"invented-{number:03}",
            "title": f"Wells of district {number:03}",
            "description": "An invented record: where wells are, and which of them give water.",
            "type": "dataset",
            "created": "2026-02-01Z",
            "_metadata-anytext": "wells",
        },
        "links": [],
    }
(folder / "records.db").write_text(json.dumps({"_default": records}), encoding="utf-8")

address = f"http://127.0.0.1:{port}"
party = {"name": "Test", "url": address, "email": "desk@example.org"}
configuration = {
    "server": {
        "bind": {"host": "127.0.0.1", "port": port},
        "url": address,
        "mimetype": "application/json; charset=UTF-8",
        "encoding": "utf-8",
        "languages": ["en-US"],
        "limits": {"default_items": 5, "max_items": 7},
        "map": {"url": address + "/{z}/{x}/{y}.png", "attribution": "none"},
    },
    "logging": {"level": "ERROR"},
    "metadata": {
        "identification": {
            "title": "Invented records",
            "description": "Invented records for a test",
            "keywords": ["test"],
            "keywords_type": "theme",
            "terms_of_service": "none",
            "url": address,
        },
        "license": {"name": "none", "url": address},
        "provider": party,
        "contact": party,
    },
    "resources": {
        "wells": {
            "type": "collection",
            "title": "Wells",
            "description": "Invented records",
            "keywords": ["wells"],
            "links": [{"type": "text/html", "rel": "canonical", "title": "home", "href": address}],
            "extents": {"spatial": {"bbox": [-180, -90, 180, 90], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
            "providers": [
                {
                    "type": "record",
                    "name": "TinyDBCatalogue",
                    "data": str(folder / "records.db"),
                    "id_field": "externalId",
                    "time_field": "created",
                    "title_field": "title",
                }
            ],
        }
    },
}
# JSON is YAML.
for name, document in (("config.yml", configuration), ("openapi.yml", {"openapi": "3.0.2", "info": {}, "paths": {}})):
    (folder / name).write_text(json.dumps(document), encoding="utf-8")
os.environ["PYGEOAPI_CONFIG"] = str(folder / "config.yml")
os.environ["PYGEOAPI_OPENAPI"] = str(folder / "openapi.yml")
from pygeoapi.flask_app import APP  # noqa: E402

server.set_app(APP)
print(f"port {port}", flush=True)
server.serve_forever()

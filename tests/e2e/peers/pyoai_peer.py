"""Serves invented records of Dublin Core with the server of pyoai (OAI-PMH) on a free port, which it prints.

FOLDER/records.json says which: a list of objects with `id`, `title`, `at`, `set` and, where it is so, `deleted`. It is read for
each request, so that records change while the server runs. FOLDER/asked.log has a line for each request.
"""

import datetime
import http.server
import json
import pathlib
import sys
import types
import urllib.parse

# The library is older than the Python that runs it: a module that it asks for one function is gone.
sys.modules["cgi"] = types.SimpleNamespace(parse_qs=urllib.parse.parse_qs)

from oaipmh import common, error, metadata, server  # noqa: E402

folder = pathlib.Path(sys.argv[1])
SETS = [("wells", "Wells", ""), ("camps", "Camps", "")]
FORMAT = ("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/")


def instant(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def record(row):
    deleted = bool(row.get("deleted"))
    header = common.Header(None, row["id"], instant(row["at"]), [row["set"]], deleted)
    fields = {"title": [row["title"]], "publisher": ["Example Archive"], "language": ["en"], "type": ["Dataset"]}
    return header, None if deleted else common.Metadata(None, fields), None


class Archive:
    """What the library asks of a repository."""

    def identify(self):
        return common.Identify(
            "Invented archive", f"http://127.0.0.1:{port}/oai", "2.0", ["desk@archive.example"],
            datetime.datetime(2020, 1, 1), "persistent", "YYYY-MM-DDThh:mm:ssZ", ["identity"],
        )

    def listMetadataFormats(self, identifier=None):
        return [FORMAT]

    def listSets(self, cursor=0, batch_size=10):
        return SETS[cursor:cursor + batch_size]

    def listRecords(self, metadataPrefix, set=None, from_=None, until=None, cursor=0, batch_size=10):
        if metadataPrefix != FORMAT[0]:
            raise error.CannotDisseminateFormatError("no such format")
        rows = [
            row for row in json.loads((folder / "records.json").read_text(encoding="utf-8"))
            if set in (None, row["set"]) and (from_ is None or instant(row["at"]) >= from_)
            and (until is None or instant(row["at"]) <= until)
        ]
        if not rows:
            raise error.NoRecordsMatchError("nothing lies in that range")
        return [record(row) for row in rows[cursor:cursor + batch_size]]

    def listIdentifiers(self, metadataPrefix, set=None, from_=None, until=None, cursor=0, batch_size=10):
        return [found[0] for found in self.listRecords(metadataPrefix, set, from_, until, cursor, batch_size)]


registry = metadata.MetadataRegistry()
registry.registerWriter(FORMAT[0], server.oai_dc_writer)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = urllib.parse.urlsplit(self.path).query
        with open(folder / "asked.log", "a", encoding="utf-8") as log:
            print(urllib.parse.unquote(query), file=log)
        body = repository.handleRequest(dict(urllib.parse.parse_qsl(query, keep_blank_values=True)))
        body = body if isinstance(body, bytes) else body.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
port = listener.server_address[1]
repository = server.BatchingServer(Archive(), registry, resumption_batch_size=5)
print(f"port {port}", flush=True)
listener.serve_forever()

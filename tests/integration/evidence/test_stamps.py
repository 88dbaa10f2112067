"""RFC 3161: a bundle is stamped by a local authority made with openssl, and a wrong stamp is found."""

from __future__ import annotations

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from korgoo.cli import main
from korgoo.replay.evidence.archive import read_archive, write_archive
from korgoo.replay.evidence.stamps import StampError, ask_for_stamp, check_stamp, has_openssl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.evidence.conftest import Scene

pytestmark = pytest.mark.skipif(
    not has_openssl(), reason="NO TIME-STAMPS TESTED: openssl is not installed here"
)

SETTINGS = """
[tsa]
default_tsa = one
[one]
dir = {folder}
serial = {folder}/serial
signer_cert = {folder}/tsa.crt
signer_key = {folder}/tsa.key
certs = {folder}/ca.crt
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
[tsa_ext]
extendedKeyUsage = critical,timeStamping
"""


def openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate authority and a time-stamp authority under it."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "tsa.cnf").write_text(SETTINGS.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new = ("req", "-newkey", "rsa:2048", "-nodes", "-keyout")
    subject = ("-subj", "/CN=test authority")
    openssl(*new, str(folder / "ca.key"), "-x509", "-days", "2", "-out", str(folder / "ca.crt"), *subject)
    openssl(*new, str(folder / "tsa.key"), "-out", str(folder / "tsa.csr"), "-subj", "/CN=test stamps")
    signed = (
        "-CA",
        str(folder / "ca.crt"),
        "-CAkey",
        str(folder / "ca.key"),
        "-CAcreateserial",
        "-days",
        "2",
    )
    extension = ("-extfile", str(folder / "tsa.cnf"), "-extensions", "tsa_ext")
    request = ("x509", "-req", "-in", str(folder / "tsa.csr"), "-out", str(folder / "tsa.crt"))
    openssl(*request, *signed, *extension)
    return folder


@pytest.fixture
def url(authority: Path) -> Iterator[str]:
    """The authority's address on loopback."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query, reply = authority / "query.tsq", authority / "reply.tsr"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            where = ("-queryfile", str(query), "-config", str(authority / "tsa.cnf"), "-out", str(reply))
            openssl("ts", "-reply", *where)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(reply.read_bytes())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_stamped_bundle_says_when_it_was_made_by_another_word_than_ours(
    scene: Scene, authority: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ca = str(authority / "ca.crt")
    bundle = scene.bundle(scene.find("proximity.breach"), "sealed", "--tsa", url, "--tsa-ca", ca)
    assert "stamp.tsr" in read_archive(bundle.read_bytes())
    capsys.readouterr()
    assert main(["verify", str(bundle), "--tsa-ca", ca]) == 0
    assert "ok    time-stamped" in capsys.readouterr().out
    assert main(["verify", str(bundle)]) == 0
    assert "give --tsa-ca to check by whom" in capsys.readouterr().out


def test_every_byte_of_a_stamp_counts(scene: Scene, authority: Path, url: str) -> None:
    from korgoo.replay.evidence.verification import BrokenError, open_bundle  # noqa: PLC0415 - used here only

    ca = str(authority / "ca.crt")
    whole = scene.bundle(
        scene.find("proximity.breach"), "disclosed", "--tsa", url, "--tsa-ca", ca
    ).read_bytes()
    stamp = read_archive(whole)["stamp.tsr"]
    start = whole.index(stamp)
    for at in range(start, start + len(stamp), 7):
        broken = bytearray(whole)
        broken[at] ^= 1
        with pytest.raises(BrokenError):
            open_bundle(bytes(broken))
    files = read_archive(whole)
    for at in (0, len(stamp) // 2, len(stamp) - 1):  # by one who writes the archive anew
        forged = bytearray(stamp)
        forged[at] ^= 1
        with pytest.raises(BrokenError, match="seal"):
            open_bundle(write_archive({**files, "stamp.tsr": bytes(forged)}))


def test_a_stamp_of_something_else_or_of_another_authority_is_refused(authority: Path, url: str) -> None:
    reply = ask_for_stamp(b"one manifest", url=url, authority=authority / "ca.crt")
    assert "20" in check_stamp(b"one manifest", reply, authority=authority / "ca.crt")
    with pytest.raises(StampError):
        check_stamp(b"another manifest", reply, authority=authority / "ca.crt")
    with pytest.raises(StampError):
        check_stamp(b"one manifest", reply, authority=authority / "tsa.crt")


def test_an_authority_that_cannot_be_reached_or_talks_nonsense_stops_the_bundle(
    scene: Scene, authority: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ca = str(authority / "ca.crt")
    finding = scene.find("proximity.breach")
    assert scene.make(finding, "sealed", "--tsa", "http://127.0.0.1:9/", "--tsa-ca", ca, out="no.zip") == 2
    assert "cannot be reached" in capsys.readouterr().err
    assert not (scene.folder / "no.zip").exists()
    assert scene.make(finding, "sealed", "--tsa", "ftp://x/", "--tsa-ca", ca) == 2
    assert "no http or https address" in capsys.readouterr().err
    assert scene.make(finding, "sealed", "--tsa", "http://127.0.0.1:9/") == 2
    assert "--tsa-ca" in capsys.readouterr().err

"""A slip in an argument of `korgoo verify` is told as one: it says nothing of the bundle."""

from pathlib import Path

import pytest

from korgoo.cli import main

SIGNER = "0123456789abcdef0123456789ABCDEF"


@pytest.mark.parametrize("given", ["zz", "", "centre.pem", SIGNER[:-1], SIGNER + "0", "g" * 32])
def test_what_is_no_fingerprint_is_a_slip_and_no_bad_bundle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    (tmp_path / "bundle.zip").write_bytes(b"whatever it is")
    with pytest.raises(SystemExit) as left:
        main(["verify", str(tmp_path / "bundle.zip"), "--signer", given])
    assert left.value.code == 2
    out, err = capsys.readouterr()
    assert f"{given!r} is no signer; a signer is a fingerprint, 32 hex digits" in err
    assert out == "", "nothing is said of the bundle"


def test_an_authority_whose_certificate_is_not_there_is_a_slip_and_no_bad_bundle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bundle.zip").write_bytes(b"whatever it is")
    absent = tmp_path / "none.pem"
    assert main(["verify", str(tmp_path / "bundle.zip"), "--tsa-ca", str(absent)]) == 2
    assert capsys.readouterr() == ("", f"korgoo verify: {absent}: No such file or directory\n")

"""URLs of roots, checked at the door."""

from urllib.parse import urlsplit

import fsspec

from audiolab.catalog.paths import protocol_of
from audiolab.errors import ScanError
from audiolab.scanner.remote import Remote
from audiolab.scanner.walk import because

LOCAL = ("file", "local")
PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "sftp": "sshfs", "ssh": "sshfs"}
EXPECTED = "expected a folder, or an address like s3://bucket/music or sftp://user@host/music"


def resolve_url(url: str) -> str:
    """The root's address as the catalog has it; the plain folder for ``file://``.

    Raises
    ------
    ScanError
        If the protocol is not known or not installed, the URL holds a password, or there is no
        folder that can be read.
    """
    protocol = protocol_of(url)
    if protocol in LOCAL:
        return str(fsspec.get_filesystem_class(protocol)._strip_protocol(url))
    _check_protocol(protocol, url)
    if urlsplit(url).password is not None:
        raise ScanError(
            "an address with a password would be kept in the catalog: take it out and use a key, "
            f"or set it as FSSPEC_{protocol.upper()}_PASSWORD on every machine that reads"
        )
    address = protocol + "://" + url.partition("://")[2].rstrip("/")
    try:
        is_folder = Remote(address).is_folder()
    except FileNotFoundError:
        raise ScanError(
            f"expected a folder to scan, but {address} does not exist: check the address"
        ) from None
    except OSError as error:
        raise ScanError(
            f"{address} cannot be read: {because(error)}; check the address and your credentials"
        ) from error
    if not is_folder:
        raise ScanError(f"expected a folder to scan, but {address} is a file: scan its folder")
    return address


def _check_protocol(protocol: str, url: str) -> None:
    try:
        fsspec.get_filesystem_class(protocol)
    except ValueError:
        raise ScanError(f"{url}: there is no protocol {protocol!r}: {EXPECTED}") from None
    except ImportError as error:
        package = PACKAGES.get(protocol)
        what = f"pip install {package}" if package else " ".join(str(error).split())
        raise ScanError(f"{protocol}:// needs a package that is not installed: {what}") from None

"""What a download left on the disk."""

from playwright.sync_api import Download, Page


def content(page: Page, download: Download) -> bytes:
    """The file that the browser saved; where it has none, what the server says to that."""
    failure = download.failure()
    if failure:
        answer = page.request.get(download.url)
        said = f"{answer.status} {answer.text()}"
        raise AssertionError(f"{failure}: {download.url}, asked again: {said}")
    return download.path().read_bytes()

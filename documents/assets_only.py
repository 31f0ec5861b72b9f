"""The only door of the PDF engine to the outside: a dictionary. Imported by `documents.pdf` when it renders."""

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


class AssetsOnly(URLFetcher):
    """Hands out our own assets by their `app:` address. Anything else stops the render: an ordinary error would be
    swallowed, and the paper would come out without what it asked for.

    `refused` are the addresses asked for in vain: while it draws SVG, WeasyPrint swallows even the fatal error.
    """

    def __init__(self, assets: dict[str, tuple[bytes, str]]):
        super().__init__(allowed_protocols={"app"}, allow_redirects=False, timeout=1)
        self.assets = assets
        self.refused: list[str] = []

    def fetch(self, url, headers=None):
        """The asset with this address, or FatalURLFetchingError."""
        if url not in self.assets:
            self.refused.append(url[:80])
            raise FatalURLFetchingError(f"not one of our assets: {url[:80]}")
        content, media_type = self.assets[url]
        return URLFetcherResponse(url, content, {"Content-Type": media_type})

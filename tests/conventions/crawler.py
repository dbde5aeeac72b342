"""Follows every link that a person can see, a few addresses of each kind of page."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.client import Client


@dataclass
class Crawl:
    """One person's walk over the site."""

    client: Client
    # at most so many addresses of each endpoint
    most: int = 3
    visited: dict[str, list[str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    def walk(self, *starts: str) -> Iterator[tuple[str, str, TestResponse]]:
        """Yield (endpoint, address, answer) for each page, beginning from the start page."""
        waiting, known = ["/", *starts], set()
        while waiting:
            address = waiting.pop(0)
            endpoint = endpoint_of(self.client.app, address)
            if address in known or endpoint is None:
                continue
            known.add(address)
            seen = self.visited.setdefault(endpoint, [])
            if len(seen) >= self.most:
                self.left_out[endpoint] += 1
                continue
            seen.append(address)
            answer = self.client.get(address)
            yield endpoint, address, answer
            if answer.mimetype == "text/html":
                waiting += links_of(answer.text, address)


def endpoint_of(app: Flask, address: str) -> str | None:
    """Return the endpoint that answers GET at an address of this site; None for static files."""
    path = urlsplit(address).path
    if path.startswith("/static/"):
        return None
    endpoint, _values = app.url_map.bind("").match(path, method="GET")
    return str(endpoint)


def links_of(html: str, page: str) -> list[str]:
    """Return the addresses of this site that the page links, without their fragments."""
    found = (unescape(value) for value in re.findall(r'<a [^>]*href="([^"]*)"', html))
    whole = (
        urljoin(page, value).split("#")[0]
        for value in found
        if not value.startswith(("#", "mailto:", "tel:"))
    )
    return [address for address in whole if address.startswith("/")]

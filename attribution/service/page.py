"""The OpenAPI description as a page."""

from __future__ import annotations

import html
from typing import Any


def page(described: dict[str, Any]) -> str:
    """The OpenAPI description as a page that needs nothing from the network."""
    rows = []
    for path, methods in described["paths"].items():
        for method, what in methods.items():
            summary, more = html.escape(what.get("summary", "")), html.escape(what.get("description", ""))
            rows.append(f"<h2><code>{method.upper()} {html.escape(path)}</code></h2><p>{summary}. {more}</p>")
    example = (
        'curl -H "Content-Type: application/json" -d \'{"articles": [{"text": "…"}]}\' http://127.0.0.1:8090/annotate'
    )
    return (
        "<!doctype html><meta charset=utf-8><title>attribution</title>"
        "<style>body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}code,pre{background:#f2f4f7;"
        "padding:2px 5px;border-radius:4px;overflow-x:auto}h2{font-size:1.05em;margin-top:1.6em}</style>"
        f"<h1>attribution {html.escape(described['info']['version'])}</h1><p>The whole description, for tools: "
        f"<a href=openapi.json>openapi.json</a></p><pre>{html.escape(example)}</pre>{''.join(rows)}"
    )

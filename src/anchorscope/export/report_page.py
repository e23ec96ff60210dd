"""The page around the report: how it looks, on screen and on paper, and its tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
:root{color-scheme:light}
body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;color:#1a1d21;background:#fff;max-width:1040px;
margin:32px auto;padding:0 20px}
h1{font-size:26px;margin:0}h2{font-size:19px;margin:40px 0 8px;padding-top:12px;border-top:1px solid #d5d9de}
h3{font-size:15px;margin:20px 0 4px}p{margin:6px 0;max-width:760px}.sub{color:#5f6670;margin:2px 0 20px}
.facts{display:flex;flex-wrap:wrap;gap:8px 36px;margin:16px 0}
.facts strong{display:block;font-size:26px;font-weight:600;line-height:1.2}
.facts span{color:#5f6670;font-size:13px}
.warnings{border-left:4px solid #e69f00;background:#fff9ec;padding:8px 18px;margin:20px 0}
.warnings h2{border:0;margin:0;padding:0}.warnings h3{margin:10px 0 0}ul{margin:4px 0;padding-left:20px}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:20px 24px}figure{margin:12px 0 4px}
.pair figure{margin:4px 0}figcaption{font-weight:600;margin-bottom:4px}svg{display:block;width:100%;height:auto}
svg text{font:11px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#1a1d21}svg text[fill="#5F6670"]{fill:#5f6670}
svg text[fill="#FFFFFF"]{fill:#fff}svg text[font-weight]{font-weight:600}svg text.big{font-size:13px;font-weight:700}
.dots path{fill:none;stroke-width:3.2px;stroke-linecap:round;stroke-opacity:.8}
.key{font-size:12px;line-height:1.7}.key span{display:inline-block;margin-right:12px}
.key i{display:inline-block;width:10px;height:10px;border-radius:5px;margin-right:4px}
.note{font-size:13px;color:#5f6670;margin:4px 0 8px}
table{border-collapse:collapse;font-size:13px;margin:8px 0;font-variant-numeric:tabular-nums}
th,td{padding:3px 10px;text-align:right;border-bottom:1px solid #e4e7ea;vertical-align:top}
th{color:#5f6670;font-weight:600;vertical-align:bottom}th.t,td.t{text-align:left}
th:first-child,td:first-child{padding-left:0}
td.t{overflow-wrap:anywhere}tr.changed td{font-weight:600}
pre{font:12px/1.45 ui-monospace,Consolas,monospace;background:#f6f7f9;padding:12px;white-space:pre-wrap;
overflow-wrap:anywhere}summary{cursor:pointer;font-weight:600;margin:8px 0}
@page{margin:12mm}
@media print{body{margin:0;padding:0;max-width:none;font-size:10pt}table{font-size:8.5pt}
svg text{font-size:12.5px}.key,.note{font-size:8.5pt}.pair{gap:8px 16px}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
figure,tr,.facts,.warnings li{break-inside:avoid}h2,h3,figcaption{break-after:avoid}
details::details-content{content-visibility:visible;display:block;height:auto}}
"""


def page(title: str, parts: Iterable[str]) -> str:
    """Return a whole HTML page."""
    return "\n".join([
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body>", *(part for part in parts if part), "</body></html>\n"])


def table(head: Sequence[str], rows: Iterable[Sequence[str]], words: Iterable[int] = (0,),
          changed: Iterable[int] = ()) -> str:
    """Return a table; everything is escaped.

    Parameters
    ----------
    head
        Titles of the columns.
    rows
        Their texts.
    words
        Columns that hold words and stand to the left; numbers stand to the right.
    changed
        Rows in bold.
    """
    left, bold = set(words), set(changed)
    classes = [' class="t"' if place in left else "" for place in range(len(head))]
    top = "".join(f"<th{kind}>{escape(name)}</th>" for kind, name in zip(classes, head, strict=True))
    body = "".join(
        ('<tr class="changed">' if number in bold else "<tr>")
        + "".join(f"<td{kind}>{escape(text)}</td>" for kind, text in zip(classes, row, strict=True)) + "</tr>"
        for number, row in enumerate(rows))
    return f"<table><tr>{top}</tr>{body}</table>"


def heading(text: str) -> str:
    """Return the heading of a section; the text is escaped."""
    return f"<h2>{escape(text)}</h2>"


def ratio(value: float) -> str:
    """Return a number with three places; a dash where there is none."""
    return "–" if math.isnan(value) else f"{value:.3f}"


def signed(value: float, places: int = 2) -> str:
    """Return a number on either side of 0; a dash where there is none."""
    if math.isnan(value):
        return "–"
    text = f"{value:.{places}f}".replace("-", "−")
    return text.removeprefix("−") if not float(text.replace("−", "-")) else text


def said(text: str) -> str:
    """Return a paragraph; the text is escaped."""
    return f"<p>{escape(text)}</p>"


def listed(items: Iterable[str]) -> str:
    """Return a list; every item is escaped."""
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"

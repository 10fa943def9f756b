"""PDF files with a text layer → contents."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from ictplan_utils.documents.contents import Cell, Contents, Paragraph, Table
from ictplan_utils.errors import IctplanError

MAX_PAGES = 300

_BEGINS = re.compile(
    r"[-+*•–]|\((?=[Kk]èm|Ban hành|Đ|\d\))|[IVX]+\.|\d+(\.\d+)*\.?\s+[A-ZĐÀ-Ỹ]|[A-ZĐ]\.\s|"
    r"(PHỤ LỤC|Phụ lục|Biểu|BIỂU|KẾ HOẠCH|BÁO CÁO)"
)
"""How a line begins that continues no paragraph; "03 trạm so với cùng kỳ" and "(tăng 01 trạm" continue one."""


def read_pdf(path: Path) -> Contents:
    """Return a PDF's paragraphs and ruled tables. Raises IctplanError for a scan without text or a locked file."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    contents = Contents()
    try:
        with pdfplumber.open(path) as document:
            if len(document.pages) > MAX_PAGES:
                raise IctplanError(f"{path}: {len(document.pages)} pages; cut out the pages with the tables")
            letters = 0
            for page in document.pages:
                letters += _page(page, contents)
                page.close()
    except IctplanError:
        raise
    except Exception as error:
        locked = (PDFPasswordIncorrect, PDFTextExtractionNotAllowed)
        if isinstance(error, locked) or any(isinstance(a, locked) for a in getattr(error, "args", ())):
            raise IctplanError(f"{path}: the file is encrypted; save it without a password and try again") from None
        raise
    if letters < 20:
        raise IctplanError(f"{path}: a scan without text; run it through OCR, or ask the office for the Word file")
    return contents


def _page(page, contents: Contents) -> int:
    """Add one page's blocks from top to bottom; return how many letters it has."""
    tables = [table for table in page.find_tables() if len(table.rows) > 1 or len(table.columns) > 1]
    boxes = [table.bbox for table in tables]

    def outside(item) -> bool:
        if item.get("object_type") != "char":
            return True
        x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
        return not any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes)

    lines = page.filter(outside).extract_text_lines(return_chars=False) if page.chars else []
    pieces: list[tuple[float, object]] = [(line["top"], line["text"]) for line in lines]
    pieces += [(table.bbox[1], table) for table in tables]
    letters = len(page.chars)
    for _, piece in sorted(pieces, key=lambda item: item[0]):
        if isinstance(piece, str):
            _add_line(contents, piece)
        else:
            rows = [[Cell(_joined(text)) for text in row] for row in piece.extract()]
            contents.blocks.append(Table.of(rows))
    return letters


def _joined(text: str | None) -> str:
    return re.sub(r"[ \t]+", " ", (text or "").strip())


def _add_line(contents: Contents, line: str) -> None:
    """Add a line of running text to the paragraph before, unless it begins one of its own."""
    line = line.strip()
    if not line or re.fullmatch(r"\d{1,3}", line):
        return
    last = contents.blocks[-1] if contents.blocks else None
    begins = _BEGINS.match(line)
    if isinstance(last, Paragraph) and not begins and not last.text.endswith((".", ":", ";", "./.")):
        contents.blocks[-1] = Paragraph(f"{last.text} {line}")
    else:
        contents.blocks.append(Paragraph(line))

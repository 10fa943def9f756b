"""Bytes and legacy letters → Unicode: UTF-8, UTF-16, and the TCVN3 (ABC) and VNI font encodings of older offices."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

from ictplan_utils import messages
from ictplan_utils.documents.contents import Contents, Paragraph, Table
from ictplan_utils.vietnamese import CAPITALS

# TCVN 5712:1993 VN3: a Latin-1 letter of the font → the Vietnamese letter it shows.
_TCVN3 = dict(
    zip(
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§",
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)
_TONES = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_BREVE = {"ê": "", "è": "\u0300", "é": "\u0301", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_ROOF = {"â": "", "à": "\u0300", "á": "\u0301", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}


@functools.cache
def _vni() -> dict[str, str]:
    """Return VNI's letters: a base letter and a mark that a Latin-1 letter stands for → the Vietnamese letter."""
    table = {"ñ": "đ", "ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ô": "ơ", "ö": "ư"}
    for mark, tone in _TONES.items():
        for base, letter in (("a", "a"), ("e", "e"), ("o", "o"), ("u", "u"), ("y", "y"), ("ô", "ơ"), ("ö", "ư")):
            table[base + mark] = unicodedata.normalize("NFC", letter + tone)
    for mark, tone in _BREVE.items():
        table["a" + mark] = unicodedata.normalize("NFC", "ă" + tone)
    for mark, tone in _ROOF.items():
        for base, letter in (("a", "â"), ("e", "ê"), ("o", "ô")):
            table[base + mark] = unicodedata.normalize("NFC", letter + tone)
    upper = {}
    for key, letter in table.items():
        # Capitals come with capital marks, and often, in mixed words, with small ones.
        upper[key.upper()] = letter.upper()
        upper[key[0].upper() + key[1:]] = letter.upper()
    return upper | table


def from_tcvn3(text: str) -> str:
    """Return TCVN3 (ABC) text in Unicode.

    >>> from_tcvn3("Thùc hiÖn n¨m 2007")
    'Thực hiện năm 2007'
    """
    return "".join(_TCVN3.get(letter, letter) for letter in text)


def from_vni(text: str) -> str:
    """Return VNI text in Unicode.

    >>> from_vni("Thöïc hieän naêm 2007")
    'Thực hiện năm 2007'
    """
    table, out, i = _vni(), [], 0
    while i < len(text):
        pair = text[i : i + 2]
        if len(pair) == 2 and pair in table:
            out.append(table[pair])
            i += 2
        else:
            out.append(table.get(text[i], text[i]))
            i += 1
    return "".join(out)


def decode(raw: bytes, path: Path) -> str:
    """Return a text file's text: UTF-8 or UTF-16, else Latin-1 bytes, whose legacy letters `repair` then turns."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            raise messages.error("formats.bad_utf16", path=path) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if text.count("\0") or sum(unicodedata.category(c) == "Cc" and c not in "\t\r\n\f\v" for c in text[:20_000]) > 20:
        raise messages.error("formats.no_text", path=path)
    return text


_COMMON = frozenset(
    re.findall(
        r"\w+",
        """số tổng tỷ lệ thuê bao điện thoại di động cố định dịch vụ viễn thông bưu chính doanh thu thực hiện kế hoạch
        năm tháng ước đơn vị tính chỉ tiêu các so sánh với cùng kỳ điểm phục xã hộ gia đình mạng được phát sóng truyền
        hình thanh báo chí xuất bản hoạt công nghệ tin người dân trên huyện tỉnh triệu đồng giờ cơ sở trạm""",
    )
)
_MARKS = re.compile(r"[^\x00-\x7f]")
_UNICODE_ONLY = re.compile(r"[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9\u0300-\u0323]")


def legacy(text: str) -> str:
    """Return the name of the legacy encoding `text` is in, "" for Unicode or where it cannot be told.

    A text is legacy when it holds none of the letters only Unicode Vietnamese has, and reads as common
    Vietnamese words after conversion, which it did not before.
    """
    if not _MARKS.search(text) or len(_UNICODE_ONLY.findall(text)) > len(_MARKS.findall(text)) * 0.2:
        return ""
    before = _known(text)
    scores = {"TCVN3": _known(from_tcvn3(text)), "VNI": _known(from_vni(text))}
    best = max(scores, key=scores.get)
    return best if scores[best] >= before + 3 and scores[best] > 1.5 * min(scores.values()) else ""


def _known(text: str) -> int:
    # Whole words with their marks; those that no encoding changes ("bao", "thu") weigh the same everywhere.
    return sum(word in _COMMON for word in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text).lower()))


def _convert(text: str, encoding: str) -> str:
    # A cell of a legacy sheet may have been typed in Unicode later; it is left as it is.
    if _UNICODE_ONLY.search(unicodedata.normalize("NFC", text)):
        return text
    return from_tcvn3(text) if encoding == "TCVN3" else from_vni(text)


_DOTS = r"(?:[._]{3,}|…[.…]*)"
_FILLED = re.compile(
    rf"(?:(?<=:)\s*{_DOTS}\s*(?=\d)|\s*{_DOTS}\s*(?=\d[\d.,]*\s*{_DOTS}))(\d[\d.,]*\d|\d)\s*(?:{_DOTS})?[ ]*"
)
"""A figure in the dotted blank of a form: `: ......2,66...... km`, `: ____76 trạm`, not a list's page `… 12`."""


def _clean(text: str) -> str:
    """Return text in composed Unicode, and figures that fill a form's dotted blanks without the dots.

    >>> _clean("Số cơ sở in: ....2....  Số trạm BTS: ......76...... trạm")
    'Số cơ sở in: 2; Số trạm BTS: 76 trạm'
    """
    text, filled = _FILLED.subn(r" \1 ", unicodedata.normalize("NFC", text))
    return re.sub(rf"(?<=\d) (?=[{CAPITALS}][^:;]*:)", "; ", text.strip()) if filled else text


def repair(contents: Contents) -> Contents:
    """Return the contents in composed Unicode, legacy letters converted sheet by sheet, and said so."""
    blocks, found = [], {}
    running = legacy(" ".join(block.text for block in contents.blocks if isinstance(block, Paragraph)))
    for block in contents.blocks:
        if isinstance(block, Paragraph):
            text = _convert(block.text, running) if running else block.text
            blocks.append(Paragraph(_clean(text)))
            if running:
                found[running] = found.get(running, []) or [messages.text("formats.letters_text")]
            continue
        encoding = legacy(" ".join(cell.text for row in block.rows for cell in row if cell.text and not cell.covered))
        if encoding:
            at = messages.text("formats.letters_sheet" if block.name else "formats.letters_table", sheet=block.name)
            found.setdefault(encoding, []).append(at)
        rows = tuple(
            tuple(
                replace(c, text=_clean(_convert(c.text, encoding) if encoding else c.text))
                if c.text and not (c.text.isascii() and ".." not in c.text) else c
                for c in row
            )
            for row in block.rows
        )  # fmt: skip
        blocks.append(Table(rows, block.name))
    said = [messages.text("formats.letters", at=", ".join(dict.fromkeys(at)), name=name) for name, at in found.items()]
    return Contents(blocks, contents.all_warnings() + said)

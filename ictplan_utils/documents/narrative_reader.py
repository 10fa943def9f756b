"""Running text → figures."""


def read_narrative(paragraphs, area, report, names, found):
    """TODO"""

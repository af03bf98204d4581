"""One session for people to read, and for other programs: text, Markdown, HTML, JSON, captions, Praat, RTTM, CSV."""

from analysis.report.export import SUFFIXES, export
from analysis.report.sharing import shareable
from analysis.report.text import summary

__all__ = ["SUFFIXES", "export", "shareable", "summary"]

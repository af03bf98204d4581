"""One session for people to read, and for other programs: text, Markdown, HTML, JSON."""

from analysis.report.export import SUFFIXES, export
from analysis.report.text import summary

__all__ = ["SUFFIXES", "export", "summary"]

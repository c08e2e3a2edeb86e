"""From the pages of a document to its text in Markdown."""

from .document import extract
from .page import Extract, ExtractError, Method, Page, Reason, Selector, Sign

__all__ = ["Extract", "ExtractError", "Method", "Page", "Reason", "Selector", "Sign", "extract"]

"""Submissions as a table for Excel: rows are streamed, memory is bounded, and no answer can become a formula."""

from bot.office.exports.files import export_csv
from bot.office.exports.run import ExportFailed, Order, run

__all__ = ["ExportFailed", "Order", "export_csv", "run"]

"""The report as a tagged PDF, typeset by typst (extra ``pdf``): for people who are handed a document."""

from analyzer.report.pdf.document import render as render

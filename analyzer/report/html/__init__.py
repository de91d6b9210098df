"""The report as one HTML file that needs nothing else: no network, no server, and for reading no script."""

from analyzer.report.html.page import render as render

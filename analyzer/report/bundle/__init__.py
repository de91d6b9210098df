"""The evidence bundle: every report of one run in one archive, with what governed it and digests of everything."""

from analyzer.report.bundle.contents import render as render

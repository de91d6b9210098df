"""OSCAL assessment results: what an auditor's tools import."""

from analyzer.report.oscal.document import render as render

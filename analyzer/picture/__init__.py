"""Pictures as data, and where to put everything: boxes in lanes, arrows between them. Writers are in
:mod:`analyzer.report.drawing`."""

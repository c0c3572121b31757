"""Charts as Vega-Lite dicts: colours, lines, dots, and the same as SVG; for the app, files and reports alike."""

"""What is said to a reader: texts from catalogues, numbers, dates and refusals, in each language."""

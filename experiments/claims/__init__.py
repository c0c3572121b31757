"""Claims of the documents, and how they are judged."""

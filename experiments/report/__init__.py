"""Pages, tables and pictures of results, to read and to send on."""

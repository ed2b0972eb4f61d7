"""Reading articles and reading and writing annotated ones: one file a format."""

"""Public corpora in the layout of their own repositories, one file each."""

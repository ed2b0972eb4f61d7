"""Tables over many annotated articles: how outlets differ in stance, in whom they quote, and in naming."""

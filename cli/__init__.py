"""The top floor: what a person touches."""

"""The ground floor: sound and keys. Knows nothing of analysis or screens."""

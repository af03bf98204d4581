"""The middle floor: from sound to meaning. Knows no screen."""

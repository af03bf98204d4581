"""A local page to look at the talks together: the library, a session with its sound, corrections, exports.

`serve` opens it in the browser and ends when nobody uses it any more. It listens on the loopback address only, lets in
who has the link of this start (`guard`), and takes nothing from a request as the name of a file.
"""

from cli.review.serving import serve

__all__ = ["serve"]

"""`lens open`: the library and its sessions in the browser, served to this computer only."""

from __future__ import annotations

import click

from cli.shared import Settings, open_library, tell

__all__ = ["open_"]


@click.command(name="open")
@click.argument("id", required=False)
@click.option("--port", type=click.IntRange(1024, 65535), help="Where to listen (default: a port that is free).")
@click.option("--no-browser", is_flag=True, help="Only print the link.")
@click.pass_obj
def open_(settings: Settings, id: str | None, port: int | None, no_browser: bool) -> None:
    """Look at your talks together in the browser: listen, correct, write notes, export.

    With ID it begins with that session. The page is for this computer only, by a link that is good once; it ends, and
    the library is locked, after 15 minutes without use or at Ctrl-C.

    \b
    Examples:
      lens open
      lens open 5e9a
    """
    from cli.review import serve

    with open_library(settings) as library:
        session = library.find(id) if id is not None else None

        def announce(link: str) -> None:
            if settings.json:
                import msgspec

                click.echo(msgspec.json.encode({"link": link}))
            else:
                tell(f"open {link}")
                tell("the link is good once; Ctrl-C ends it, and so do 15 minutes without use")
            if not no_browser:
                import webbrowser

                webbrowser.open(link)

        why = serve(library, settings.folder, settings.key, announce, session, port or 0)
    click.echo(f"ended ({why}); the library is locked", err=True)

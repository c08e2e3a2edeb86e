"""The demo world: six invented platforms whose documents change on a script, to see the program at work anywhere.

Everything is a function of the script in content/ and of one moment, `began_at`: what lies before it is history to be
seeded, what comes after happens while somebody watches. Nothing here knows of the database.

- script.world(): the platforms, documents and events as written in content/
- pages.page(platform, document, at=…, began_at=…): what the publisher serves at a moment, past or present
- captures.captures(began_at=…): the past as an archive would have captured it, in time order
- declarations.declarations(base_url) and .write_declarations(folder, base_url): what to poll
- server.serve(host, port, began_at=…): the publisher over real HTTP
"""

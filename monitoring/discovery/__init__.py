"""From a legal hub's page and what is known to what should be proposed: documents that are new, moved or gone.

- discovery.links(body, content_type=…, url=…): the links of a page that look like rules
- discovery.unknown(links, hub_url=…, known=…): those among them that the catalog does not say yet
- discovery.moved(url, landings) and discovery.vanished(looks): what the history of fetches says of one address
- discovery.declaration(…): the lines to paste into a declaration file
"""

from .addresses import identity, is_same, normalised, site
from .histories import VANISHED_LOOKS, Landing, Look, Move, Vanishing, moved, vanished
from .links import Link, links
from .policies import terms_type_of
from .snippets import declaration
from .unknown import Unknown, unknown

__all__ = [
    "VANISHED_LOOKS",
    "Landing",
    "Link",
    "Look",
    "Move",
    "Unknown",
    "Vanishing",
    "declaration",
    "identity",
    "is_same",
    "links",
    "moved",
    "normalised",
    "site",
    "terms_type_of",
    "unknown",
    "vanished",
]

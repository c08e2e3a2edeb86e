"""What we watch: declarations in git, one file a platform, read and checked here (glossary: Declaration, Source).

- catalog.load(folder): the platforms of a folder, or one CatalogError that holds every mistake in it
- catalog.read(folder): the same with remarks on what was left out (JavaScript filters, history files)
- catalog.past(platform): what its history file says was declared before, and until when
- catalog.ours(site_url): this service as one of the platforms it watches
- catalog.DECLARATIONS: the folder of the declarations that ship with the program
"""

from monitoring.catalog.declaration import (
    Catalog,
    CatalogError,
    DocumentDeclaration,
    PlatformDeclaration,
    Remark,
    Selector,
    SourceDeclaration,
)
from monitoring.catalog.history import PastDeclaration, past
from monitoring.catalog.loader import DECLARATIONS, load, read
from monitoring.catalog.ours import ours

__all__ = [
    "DECLARATIONS",
    "Catalog",
    "CatalogError",
    "DocumentDeclaration",
    "PastDeclaration",
    "PlatformDeclaration",
    "Remark",
    "Selector",
    "SourceDeclaration",
    "load",
    "ours",
    "past",
    "read",
]

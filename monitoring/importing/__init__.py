"""The history that Open Terms Archive published, brought in with its original dates (glossary: Snapshot, origin imported).

repository: git as a stream. records: their layout and wording. index: all records in time order, on disk. terms: what was
declared when. course: one document's moments. feeding: the moments through the pipeline. service: the whole import.
"""

from monitoring.importing.feeding import Tally
from monitoring.importing.service import Import, ImportFailed, Request, prepare

__all__ = ["Import", "ImportFailed", "Request", "Tally", "prepare"]

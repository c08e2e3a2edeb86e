"""The only writer of archive rows. Rows are added, never updated (but for Schedule); each links into its document's chain.

blobs: bytes by digest, compressed. chain: the hash chain. catalog: declarations into rows. captures: fetches and
snapshots. readings: screenings, versions and changes.
"""

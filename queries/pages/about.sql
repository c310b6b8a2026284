-- One row per fact about this database: its settings, the fingerprint of its exports, when it was built.
select entry, value
from about

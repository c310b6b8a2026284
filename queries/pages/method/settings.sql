-- One row: the text of the settings that this database was built with, from which the rules and thresholds are read.
select value as settings_text
from about
where entry = 'settings'

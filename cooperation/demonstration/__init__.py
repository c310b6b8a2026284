"""Invented exports of two police zones, 2018 to 2025, that behave like real ones and whose truth is known.

Everything here is invented; only the sizes and the populations behind them are published figures. Every
intervention id starts with `DEMONSTRATION_PREFIX` and every file name with `FILE_PREFIX`.

What is true in this invented world, so that the statistics can be held against it (`invented_world.py`):

* The response time of a citizen call is lognormal: median = `Place.median_seconds` x `PRIORITY_FACTOR` x
  `HOUR_FACTOR` x season, spread (standard deviation of the logarithm) = `Place.spread`. Season, hours and
  priorities are the same before and after, apart from the COVID months, which change numbers and mix only.
* Years from `FIRST_YEAR_TOGETHER` on are "after". There is no trend before it and none after it: one step.
* Urgent citizen calls (priorities 0, 1, 2): Riemst x `Place.urgent_change`, about 70 s faster; Bilzen and
  Hoeselt unchanged; Voeren about 30 s faster, which about ten calls a month cannot show. Zone 5381 as a whole
  is therefore faster, through Riemst alone.
* Routine citizen calls (priority 3) are slower in all of 5381: x `ROUTINE_CHANGE`.
* Call handling takes a larger part of the response in 5381 (`CALL_HANDLING_PART`), travel a smaller one: in
  Bilzen and Hoeselt call handling is slower and travel faster while the response time is what it was.
* No arrival is recorded for `MISSING_ARRIVAL` of the interventions, before and after alike. Exception: the
  citizen calls of priority 4 in Riemst lose arrivals from `FIRST_YEAR_OF_LOSS` on, so that before and after
  are not comparable there.
* Too few for a verdict: Voeren's citizen calls of priority 0, some eight a year.
* Units of the other zone are rare before and common after, mostly in Voeren. They do not change any response
  time by themselves.
* Activities (`activities.py`): hours of training rise by a quarter in 5381 and stay what they were in Voeren; ICT
  tickets take longer in 5381 and shorter in Voeren; victim support comes sooner in both; LIVC meetings are attended
  more often; a zone provides fewer shifts of duty officers itself, Voeren a quarter of what it did. Everything else
  changes by 4 % at most. What the zones do jointly begins in `FIRST_YEAR_TOGETHER`; before it the exports say 0.
  Voeren's counts are small, in some years too small to be shown. Equipment lending is left empty.

Clock times are local (Europe/Brussels) as a dispatch system writes them. In the night the clock goes back a
call may therefore seem to end before it began; nothing happens in the hour that spring leaves out.
"""

from cooperation.demonstration.broken_lines import BROKEN_LINES, BrokenLines
from cooperation.demonstration.export_format import DEMONSTRATION_PREFIX, FILE_PREFIX
from cooperation.demonstration.exports import write_demonstration

__all__ = ["BROKEN_LINES", "DEMONSTRATION_PREFIX", "FILE_PREFIX", "BrokenLines", "write_demonstration"]

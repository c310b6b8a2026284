"""How much of a file is read: no export of a police zone comes near, and no hostile file gets past."""

# A dispatch system's longest free text is some thousands of characters.
LONGEST_LINE = 1_048_576
# Of a refused line that is longer, the start is enough to find it in the file.
KEPT_TEXT = 10_000
# The widest export known has some 150 columns; each column of a layout costs the database a little.
MOST_COLUMNS = 1_000
# An Excel sheet holds no more rows than 1,048,576; ten million calls are eight centuries of both zones.
MOST_ROWS = 12_000_000
# One file a day for two years, or a sheet for each month of twenty.
MOST_PARTS = 750

# What an archive or a workbook may grow to. Real exports shrink to a tenth or a twentieth, a bomb to a thousandth.
MOST_UNPACKED_BYTES = 2 * 1024**3
MOST_UNPACKED_RATIO = 200
# Below this a ratio says nothing: a short file of blanks shrinks to nothing as well.
ALWAYS_UNPACKED_BYTES = 16 * 1024**2

# A workbook or Parquet file is read in a process of its own, which gets so much memory and processor time.
PROCESS_MEMORY_BYTES = 1_500_000_000
PROCESS_SECONDS = 7
# Large ones need longer: 300 thousand rows of eight columns are 90 MB of XML and take some 6 seconds.
PROCESS_SECONDS_A_MEGABYTE = 0.2

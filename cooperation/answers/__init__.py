"""One module a topic: a query and the statistics on it, as small frozen results that all channels share."""

"""Tables counted in one pass: which answers, which cells under each design, the shares of them and their error."""

"""A survey beside its benchmark, as a study: shares over one composition, their sentences and figures."""

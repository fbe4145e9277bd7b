# What R's survey (4.1-1) gives from jackknife replicates for rank tests and for quantiles computed again under each, for
# tests/estimation/test_replicates_against_r.py.
# cd tests/oracle && Rscript replicates.R      writes replicates.csv from ordered_data.csv (ordered.py)
suppressMessages(library(survey))
d <- read.csv("ordered_data.csv")
d$sex <- factor(d$sex, levels = c("male", "female"))
d$age <- factor(d$age, levels = c("young", "middle", "old"))
design <- as.svrepdesign(svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = d, nest = TRUE), type = "JKn")
out <- list()
keep <- function(case, quantity, key, value)
  out[[length(out) + 1]] <<- data.frame(case, quantity, key = as.vector(key), value = sprintf("%.14g", as.vector(value)))
for (test in c("wilcoxon", "vanderWaerden", "median")) {
  found <- svyranktest(contacts ~ sex, design, test = test)
  keep(test, "statistic", "", found$statistic)
  keep(test, "p", "", found$p.value)
}
for (rule in c("math", "hf7")) {
  found <- suppressWarnings(svyquantile(~contacts, design, c(.25, .5, .9), ci = TRUE, interval.type = "quantile", qrule = rule))[[1]]
  keep(rule, "value", c(.25, .5, .9), found[, 1])
  keep(rule, "low", c(.25, .5, .9), found[, 2])
  keep(rule, "high", c(.25, .5, .9), found[, 3])
  keep(rule, "se", c(.25, .5, .9), found[, 4])
}
write.csv(do.call(rbind, out), "replicates.csv", row.names = FALSE, quote = FALSE)

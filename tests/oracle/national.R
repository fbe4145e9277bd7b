# Standard errors of the national sample by R's survey package (written with 4.1-1), for tests/estimation/test_against_r.py.
# Adjusted weights are taken as given; calibration as calibrate(calfun = "raking"). Usage: see export.py.
library(survey)
args <- commandArgs(trailingOnly = TRUE)
d <- read.csv(file.path(args[1], "respondents.csv"))
totals <- scan(file.path(args[1], "totals.csv"), quiet = TRUE)
x <- grep("^x[0-9]+$", names(d), value = TRUE)
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~adjusted, data = d)
names(totals) <- x
raked <- calibrate(design, reformulate(x, intercept = FALSE), population = totals, calfun = "raking",
                   epsilon = 1e-13, maxit = 200)
cat("largest relative difference of weights:", max(abs(weights(raked) / d$final - 1)), "\n")
out <- list()
keep <- function(question, attribute, group, answer, estimate, se)
  out[[length(out) + 1]] <<- data.frame(question, attribute, group, answer, estimate = sprintf("%.15g", estimate), se = sprintf("%.15g", se))
for (q in c("q28", "ucla_class", "q16_1a", "q24", "contact_class", "participation")) {
  for (k in sort(setdiff(unique(d[[q]]), -1))) {
    raked$variables$y <- as.numeric(d[[q]] == k)
    asked <- subset(raked, d[[q]] >= 0)
    m <- svymean(~y, asked)
    keep(q, "", "", k, coef(m), SE(m))
    if (q %in% c("q28", "ucla_class", "contact_class")) for (a in c("age_class", "sex_age", "cohabitant", "q11")) {
      raked$variables$g <- d[[a]]
      b <- svyby(~y, ~g, subset(raked, d[[q]] >= 0 & d[[a]] >= 0), svymean)
      keep(q, a, b$g, k, b$y, b$se)
    }
  }
}
write.csv(do.call(rbind, out), args[2], row.names = FALSE, quote = FALSE)
